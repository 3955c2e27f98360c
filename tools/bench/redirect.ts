import { injectedInit } from '../../test/redirect/init-container.js';
import { LONGEST } from '../../test/redirect/longest-annotations.js';
import { Network } from '../../test/redirect/network.js';
import { missingForRedirect } from '../../test/redirect/requirements.js';
import { type InitContainer, runContainer } from '../../test/redirect/runtime.js';

const RUNS = 21;

/** How long the init container takes, in sentences; or why that was not measured. */
export function redirectTimes(): string[] {
  const missing = missingForRedirect();
  if (missing !== undefined) return [`the redirect was not measured: ${missing}`];
  return [
    `the init container, from its start by runc to its end: ${medianMs(injectedInit())} ms`,
    `the same with the longest lists: ${medianMs(injectedInit({ annotations: LONGEST }))} ms`,
  ];
}

/** Each time in a Pod of its own. */
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
