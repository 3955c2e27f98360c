/** The error codes with which the agent answers: grpc.io/docs/guides/status-codes. */
export const CODES = { unknown: 2, invalidArgument: 3, unimplemented: 12 } as const;

/** A failed call. The message is for the caller. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    message: string,
    readonly code: number = CODES.unknown,
  ) {
    super(message);
  }
}
