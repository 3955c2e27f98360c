import { injectedInit } from '../../../test/redirect/init-container.js';
import { LONGEST } from '../../../test/redirect/longest-annotations.js';
import { missingForRedirect } from '../../../test/redirect/requirements.js';
import { applyWith, BACKENDS } from '../../../test/redirect/testbed/backends.js';
import { Network } from '../../../test/redirect/testbed/network.js';
import { type InitContainer, runContainer } from '../../../test/redirect/testbed/runtime.js';
import { Cgroup, type Usage } from '../../../test/support/containers/cgroup.js';

const RUNS = 21;

/** Measures how long the init container takes. Returns sentences, or why it could not be measured. */
export function redirectTimes(): string[] {
  const missing = missingForRedirect();
  if (missing !== undefined) return [`Redirect not measured: ${missing}`];
  return [
    `The init container, started by runc, takes ${medianMs(injectedInit())} ms.`,
    `With the longest lists it takes ${medianMs(injectedInit({ annotations: LONGEST }))} ms.`,
    ...BACKENDS.map((backend) => `With the longest lists and ${backend} it uses ${usageText(backend)}.`),
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

/** The most that one of several runs uses, with what the runtime uses inside the container to start it. */
function usageText(backend: (typeof BACKENDS)[number]): string {
  const all = Array.from({ length: 5 }, () => usage(backend));
  const most = (pick: (usage: Usage) => number) => Math.max(...all.map(pick)).toFixed(0);
  return `at most ${most(({ peakMib }) => peakMib)} MiB of memory and ${most(({ cpuMs }) => cpuMs)} ms of CPU time`;
}

function usage(backend: (typeof BACKENDS)[number]): Usage {
  const [network, cgroup] = [Network.create(), new Cgroup()];
  try {
    const init = injectedInit({ annotations: LONGEST });
    const { status, stderr } = applyWith(backend, init, network, { cgroup: `${cgroup.path}/init` });
    if (status !== 0) throw new Error(stderr);
    return cgroup.usage();
  } finally {
    network.remove();
    cgroup.remove();
  }
}
