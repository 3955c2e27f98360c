import { setTimeout as sleep } from 'node:timers/promises';

/** Far more than anything takes on a busy machine; it matters only where a test fails. */
const DEADLINE_MS = 120_000;

/** The pause between two looks at a condition. It grows, so that looking does not slow down what is waited for. */
const PAUSE_MS = { first: 5, factor: 1.3, longest: 100 };

/** Waits for a condition to hold; throws, saying what was waited for, if it does not in a generous time. */
export async function until(condition: () => unknown | Promise<unknown>): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  let pause = PAUSE_MS.first;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${DEADLINE_MS} ms: ${condition}`);
    await sleep(pause);
    pause = Math.min(pause * PAUSE_MS.factor, PAUSE_MS.longest);
  }
}
