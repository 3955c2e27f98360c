import { setTimeout as sleep } from 'node:timers/promises';

/** Far longer than anything takes on a busy machine. It only matters if a test fails. */
const DEADLINE_MS = 120_000;

/** The pause between two checks. It grows, so that checking does not slow down what the test waits for. */
const PAUSE_MS = { first: 5, factor: 1.3, longest: 100 };

/** Waits until a condition holds. After a generous deadline, throws an error with the source of the condition. */
export async function until(
  condition: () => unknown | Promise<unknown>,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const end = Date.now() + deadlineMs;
  let pause = PAUSE_MS.first;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`did not hold within ${deadlineMs} ms: ${condition}`);
    await sleep(pause);
    pause = Math.min(pause * PAUSE_MS.factor, PAUSE_MS.longest);
  }
}
