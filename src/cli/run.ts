import type { ExitCode } from './exit-code.js';
import type { Io } from './io.js';

/** What a command does, given its arguments and options as commander parsed them. */
export type Work<Arguments extends unknown[]> = (
  io: Io,
  ...parsed: Arguments
) => ExitCode | Promise<ExitCode>;

/** Makes an action of work that is loaded when it is asked for, so that the help costs nothing. */
export type Run = <Arguments extends unknown[]>(
  load: () => Promise<Work<Arguments>>,
) => (...parsed: Arguments) => Promise<void>;

/** Runs work on `io` and hands its exit code on. */
export function runner(io: Io, onExit: (code: ExitCode) => void): Run {
  return (load) =>
    async (...parsed) => {
      const work = await load();
      onExit(await work(io, ...parsed));
    };
}
