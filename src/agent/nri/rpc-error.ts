/** The codes of errors that the agent answers with: grpc.io/docs/guides/status-codes. */
export const CODES = { unknown: 2, invalidArgument: 3, unimplemented: 12 } as const;

/** A call that failed: why, for the one who called. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    message: string,
    readonly code: number = CODES.unknown,
  ) {
    super(message);
  }
}
