import { asList, asObject } from '../values/json.js';
import type { Container, Pod } from './pod.js';

/** The default of Kubernetes. */
export const DEFAULT_GRACE_PERIOD = 30;

/** How long the containers of a Pod have to stop. */
export function gracePeriodSeconds({ spec }: Pod): number {
  const given = spec.terminationGracePeriodSeconds;
  return Number.isSafeInteger(given) ? Number(given) : DEFAULT_GRACE_PERIOD;
}

/**
 * The longest sleep of the preStop hooks in a Pod, in seconds. They start at the same time, those of native sidecars
 * too. 0 if no hook sleeps.
 */
export function longestPreStopSeconds({ spec }: Pod): number {
  let longest = 0;
  for (const container of spec.containers) longest = Math.max(longest, preStopSeconds(container));
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === 'Always') longest = Math.max(longest, preStopSeconds(container));
  }
  return longest;
}

function preStopSeconds({ lifecycle }: Container): number {
  if (lifecycle === undefined) return 0;
  const { sleep, exec } = asObject(asObject(lifecycle).preStop);
  const { seconds } = asObject(sleep);
  if (Number.isSafeInteger(seconds)) return Number(seconds);
  return commandSeconds(asList(asObject(exec).command));
}

export const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da)?sh$/;
export const SLEEP = /^(?:\/(?:usr\/)?bin\/)?sleep$/;
/** A script that starts with a sleep. */
export const SLEEPS_FIRST = /^\s*(?:\/(?:usr\/)?bin\/)?sleep\s+(\d{1,5})s?\s*(?:$|[;&\n])/;

/** `["sleep", "12"]` and `["/bin/sh", "-c", "sleep 12; ..."]`: how most hooks sleep that are older than `sleep`. */
function commandSeconds([program, argument, script]: readonly unknown[]): number {
  if (typeof program !== 'string' || typeof argument !== 'string') return 0;
  if (SLEEP.test(program)) return Number(/^(\d{1,5})s?$/.exec(argument)?.[1] ?? 0);
  if (!SHELL.test(program) || argument !== '-c' || typeof script !== 'string') return 0;
  return Number(SLEEPS_FIRST.exec(script)?.[1] ?? 0);
}
