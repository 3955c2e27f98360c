import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than anything takes on a busy machine; it matters only where a test fails. */
const DEADLINE_MS = 120_000;

/** Waits for a condition to hold; throws, saying what was waited for, if it does not in a generous time. */
export async function until(condition: () => unknown | Promise<unknown>): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${DEADLINE_MS} ms: ${condition}`);
    await sleep(10);
  }
}
