/** The exit codes, the more severe the greater. */
export const ExitCode = {
  success: 0,
  /** A Pod was denied, or, with `--strict`, left without the current proxy. */
  denied: 1,
  /** A check failed, or a cluster could not be reached or rejected a request: 1, as in kubectl. */
  failed: 1,
  /** The input, the configuration, or the command line is invalid. */
  invalid: 2,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The most severe of several exit codes. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce<number>((worse, code) => Math.max(worse, code), ExitCode.success) as ExitCode;
}
