import type { ExitCode } from './exit-code.js';
import type { Io } from './io.js';

/** The implementation of a command. Gets its arguments and options as commander parsed them. */
export type Work<Arguments extends unknown[]> = (
  io: Io,
  ...parsed: Arguments
) => ExitCode | Promise<ExitCode>;

/** Turns lazily loaded work into an action, so that `--help` loads none of it. */
export type Run = <Arguments extends unknown[]>(
  load: () => Promise<Work<Arguments>>,
) => (...parsed: Arguments) => Promise<void>;

/** Runs work on `io` and passes its exit code to `onExit`. */
export function runner(io: Io, onExit: (code: ExitCode) => void): Run {
  return (load) =>
    async (...parsed) => {
      const work = await load();
      onExit(await work(io, ...parsed));
    };
}
