import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds; after half a minute it throws and says what it was waiting for. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await delay(2);
  }
}
