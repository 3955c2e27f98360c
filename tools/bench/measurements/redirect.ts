import { injectedInit } from '../../../test/redirect/init-container.js';
import { LONGEST } from '../../../test/redirect/longest-annotations.js';
import { missingForRedirect } from '../../../test/redirect/requirements.js';
import { Network } from '../../../test/redirect/testbed/network.js';
import { type InitContainer, runContainer } from '../../../test/redirect/testbed/runtime.js';

const RUNS = 21;

/** Measures how long the init container takes. Returns sentences, or why it could not be measured. */
export function redirectTimes(): string[] {
  const missing = missingForRedirect();
  if (missing !== undefined) return [`Redirect not measured: ${missing}`];
  return [
    `The init container, started by runc, takes ${medianMs(injectedInit())} ms.`,
    `With the longest lists it takes ${medianMs(injectedInit({ annotations: LONGEST }))} ms.`,
  ];
}

/** Runs each time in a new Pod. */
function medianMs(init: InitContainer): string {
  const times = Array.from({ length: RUNS }, () => {
    const network = Network.create();
    const started = performance.now();
    const { status, stderr } = runContainer(init, { network: network.podPath });
    const took = performance.now() - started;
    network.remove();
    if (status !== 0) throw new Error(stderr);
    return took;
  });
  return (times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN).toFixed(0);
}
