import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADVERSARIAL, type Input, RECORDED } from './inputs.js';
import { CONNECTIONS, GENERATOR, load } from './load.js';
import { metricsAccuracy } from './measurements/accuracy.js';
import { costs } from './measurements/cost.js';
import { compareLatency } from './measurements/latency.js';
import { type LargeInput, largeInput } from './measurements/manifests.js';
import { type Memory, memory } from './measurements/memory.js';
import { redirectTimes } from './measurements/redirect.js';
import { starts } from './measurements/start.js';
import { type Comparison, compare } from './measurements/throughput.js';
import { type TraceCost, traceCost } from './measurements/traces.js';
import { RESULTS } from './processes.js';
import { profile } from './profile/profile.js';
import { print } from './report.js';
import { BenchServer, type Servers } from './server.js';

const ROUNDS = 5;
const SECONDS = 2;
const WARM_UP_SECONDS = 3;

const [SMALL] = RECORDED;
const [EXPENSIVE] = ADVERSARIAL.slice(-1) as [(typeof ADVERSARIAL)[number]];

/** All measurements, and the content of `.bench/result.json`. */
export interface Results {
  readonly node: string;
  readonly generator: string;
  /** Keyed by the name of the input. */
  readonly throughput: { readonly [input: string]: Comparison };
  readonly p99: Awaited<ReturnType<typeof compareLatency>> & { readonly perSecond: number };
  readonly memory: { readonly bare: Memory; readonly injector: Memory };
  readonly costs: Awaited<ReturnType<typeof costs>>;
  readonly accuracy: Awaited<ReturnType<typeof metricsAccuracy>>;
  readonly traces: TraceCost;
  readonly starts: Awaited<ReturnType<typeof starts>>;
  readonly largeInput: LargeInput;
  readonly redirect: readonly string[];
}

/**
 * `npm run bench` measures everything, `npm run bench -- NAME...` only the throughput of these recorded reviews.
 * `npm run bench -- --profile` writes a CPU profile and a flame graph of one of them,
 * `npm run bench -- --manifests` measures only the command line with a large input, and
 * `npm run bench -- --traces` only what traces cost.
 */
async function main(): Promise<void> {
  const options = {
    profile: { type: 'boolean', default: false },
    manifests: { type: 'boolean', default: false },
    traces: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const chosen = RECORDED.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  mkdirSync(RESULTS, { recursive: true });
  if (values.profile) {
    await profile(chosen[0] ?? SMALL);
  } else if (values.manifests) {
    print({ largeInput: await largeInput() });
  } else if (values.traces) {
    print({ traces: await traces() });
  } else if (positionals.length > 0) {
    print({ throughput: await withBoth((servers) => throughputs(servers, chosen)) });
  } else {
    const results = await everything();
    print(results);
    writeFileSync(join(RESULTS, 'result.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  }
}

async function everything(): Promise<Results> {
  const underLoad = await withBoth(async (servers) => {
    const throughput = await throughputs(servers, RECORDED);
    const { bare, injector } = throughput[SMALL.name] as Comparison;
    const perSecond = Math.min(bare.requestsPerSecond, injector.requestsPerSecond) / 2;
    const p99 = await compareLatency(servers, SMALL, perSecond);
    return {
      throughput,
      p99: { ...p99, perSecond },
      accuracy: await metricsAccuracy(servers.injector, SMALL, EXPENSIVE.whole),
      costs: await costs(servers),
    };
  });
  return {
    node: process.version,
    generator: GENERATOR,
    ...underLoad,
    memory: await withBoth(async ({ bare, injector }) => ({
      bare: await memory(bare, SMALL),
      injector: await memory(injector, SMALL),
    })),
    traces: await traces(),
    starts: await starts(),
    largeInput: await largeInput(),
    redirect: redirectTimes(),
  };
}

function traces(): Promise<TraceCost> {
  return traceCost(SMALL, { rounds: ROUNDS, seconds: SECONDS, warmUpSeconds: WARM_UP_SECONDS });
}

async function throughputs(
  servers: Servers,
  inputs: readonly Input[],
): Promise<{ [input: string]: Comparison }> {
  console.log(`${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s per input`);
  for (const { port } of [servers.bare, servers.injector]) await load(port, SMALL, WARM_UP_SECONDS);
  const results: { [input: string]: Comparison } = {};
  for (const input of inputs) {
    results[input.name] = await compare(servers, input, { rounds: ROUNDS, seconds: SECONDS });
  }
  return results;
}

async function withBoth<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = { bare: await BenchServer.bare(), injector: await BenchServer.injector() };
  const result = await work(servers);
  await Promise.all([servers.bare.stop(), servers.injector.stop()]);
  return result;
}

await main();
