/** How the process ends; the greater of two counts. */
export const ExitCode = {
  /** What was asked for is done. */
  done: 0,
  /** A Pod was refused, or under `--strict` left without a proxy. */
  refused: 1,
  /** The input, the configuration or the command line is wrong. */
  badInput: 2,
} as const;
/** One of them. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What several parts of the work come to. */
export function worst(codes: readonly ExitCode[]): ExitCode {
  return codes.reduce((worse, code) => (code > worse ? code : worse), ExitCode.done);
}
