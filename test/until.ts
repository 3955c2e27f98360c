import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 20_000;

/** Waits for a condition to hold; throws, saying what was waited for, if it does not in a generous time. */
export async function until(
  condition: () => unknown | Promise<unknown>,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${condition}`);
    await sleep(10);
  }
}
