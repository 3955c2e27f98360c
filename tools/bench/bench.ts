import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADVERSARIAL, type Input, RECORDED } from './inputs.js';
import { GENERATOR, load, SATURATING } from './load.js';
import { metricsAccuracy } from './measurements/accuracy.js';
import { type AgentCost, agentCost } from './measurements/agent.js';
import { costs } from './measurements/cost.js';
import { type Limit, limits } from './measurements/limits.js';
import { type LargeInput, largeInput } from './measurements/manifests.js';
import { type Memory, memory } from './measurements/memory.js';
import { type OpenLoop, openLoop } from './measurements/open-loop.js';
import { redirectTimes } from './measurements/redirect.js';
import { starts } from './measurements/start.js';
import { type Comparison, compare } from './measurements/throughput.js';
import { type TraceCost, traceCost } from './measurements/traces.js';
import { RESULTS } from './processes.js';
import { profile } from './profile/profile.js';
import { print } from './report.js';
import { BenchServer, type Servers } from './server.js';

const ROUNDS = 5;
const SECONDS = 1;
/** V8 takes longer to optimize the injector's code than the bare server's. */
const WARM_UP_SECONDS = 10;

/** The connections of an API server that creates few Pods at a time, and so many that the server is never idle. */
const CONNECTIONS = [1, 2, 4, SATURATING];
/** The rates of the open loop, as shares of what saturates the bare server. */
const SHARES = [0.1, 0.5, 0.8];
/** The rate of the open loop in which each request comes over a new connection. */
const HANDSHAKES_PER_SECOND = 100;

const [SMALL] = RECORDED;
const [EXPENSIVE] = ADVERSARIAL.slice(-1) as [(typeof ADVERSARIAL)[number]];

/** By the name of the input, and by the number of connections. */
export interface Throughputs {
  readonly [input: string]: { readonly [connections: string]: Comparison };
}

/** By what arrives: see {@link openLoops}. */
export interface OpenLoops {
  readonly [arrivals: string]: OpenLoop;
}

/** All measurements, and the content of `.bench/result.json`. */
export interface Results {
  readonly node: string;
  readonly generator: string;
  readonly throughput: Throughputs;
  /** Of the small Pod. */
  readonly openLoop: OpenLoops;
  readonly memory: { readonly bare: Memory; readonly injector: Memory };
  readonly costs: Awaited<ReturnType<typeof costs>>;
  readonly accuracy: Awaited<ReturnType<typeof metricsAccuracy>>;
  readonly traces: TraceCost;
  /** Measured on request only. */
  readonly limits?: readonly Limit[];
  readonly starts: Awaited<ReturnType<typeof starts>>;
  readonly largeInput: LargeInput;
  readonly redirect: readonly string[];
  /** Or why it could not be measured. */
  readonly agent: AgentCost | string;
}

/**
 * `npm run bench` measures everything, `npm run bench -- NAME...` only the throughput of these recorded reviews.
 * `npm run bench -- --profile` writes a CPU profile and a flame graph of one of them,
 * `npm run bench -- --manifests` measures only the command line with a large input,
 * `npm run bench -- --open-loop` only requests at a given rate, `npm run bench -- --traces` only what traces cost,
 * `npm run bench -- --agent` only the agent of node mode, and `npm run bench -- --limits` servers that do less than the
 * injector.
 */
async function main(): Promise<void> {
  const options = {
    profile: { type: 'boolean', default: false },
    manifests: { type: 'boolean', default: false },
    'open-loop': { type: 'boolean', default: false },
    traces: { type: 'boolean', default: false },
    agent: { type: 'boolean', default: false },
    limits: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const chosen = RECORDED.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  mkdirSync(RESULTS, { recursive: true });
  if (values.profile) {
    await profile(chosen[0] ?? SMALL);
  } else if (values.manifests) {
    print({ largeInput: await largeInput() });
  } else if (values['open-loop']) {
    print({ openLoop: await onlyOpenLoops() });
  } else if (values.traces) {
    print({ traces: await traces() });
  } else if (values.agent) {
    print({ agent: await agentCost() });
  } else if (values.limits) {
    print({ limits: await limits(SMALL, CONNECTIONS, { rounds: ROUNDS, seconds: SECONDS }) });
  } else if (positionals.length > 0) {
    print({ throughput: await withBoth((servers) => throughputs(servers, chosen)) });
  } else {
    const results = await everything();
    print(results);
    writeFileSync(join(RESULTS, 'result.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  }
}

async function everything(): Promise<Results> {
  const redirect = redirectTimes(); // first: it needs more than the others, and may fail
  const agent = await agentCost();
  const underLoad = await withBoth(async (servers) => {
    const throughput = await throughputs(servers, RECORDED);
    return {
      throughput,
      openLoop: await openLoops(servers, throughput[SMALL.name]?.[SATURATING] as Comparison),
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
    redirect,
    agent,
  };
}

function traces(): Promise<TraceCost> {
  return traceCost(SMALL, { rounds: ROUNDS, seconds: SECONDS, warmUpSeconds: WARM_UP_SECONDS });
}

async function throughputs(servers: Servers, inputs: readonly Input[]): Promise<Throughputs> {
  console.log(`${CONNECTIONS.join(', ')} connections, ${ROUNDS} rounds of ${SECONDS} s per input`);
  await warmUp(servers);
  const results: { [input: string]: { [connections: string]: Comparison } } = {};
  for (const input of inputs) {
    const byConnections: { [connections: string]: Comparison } = {};
    for (const connections of CONNECTIONS) {
      const options = { rounds: ROUNDS, seconds: SECONDS, connections };
      byConnections[connections] = await compare(servers, input, options);
    }
    results[input.name] = byConnections;
  }
  return results;
}

/** At shares of the rate that saturates the bare server, and with a new connection for each request. */
async function openLoops(servers: Servers, { bare }: Comparison): Promise<OpenLoops> {
  const results: { [arrivals: string]: OpenLoop } = {};
  for (const share of SHARES) {
    results[`${share * 100} %`] = await openLoop(servers, SMALL, share * bare.requestsPerSecond);
  }
  const isNewConnection = true;
  const handshakes = await openLoop(servers, SMALL, HANDSHAKES_PER_SECOND, { isNewConnection });
  return { ...results, 'new connections': handshakes };
}

async function onlyOpenLoops(): Promise<OpenLoops> {
  return withBoth(async (servers) => {
    await warmUp(servers);
    return openLoops(servers, await compare(servers, SMALL, { rounds: ROUNDS, seconds: SECONDS }));
  });
}

async function warmUp(servers: Servers): Promise<void> {
  for (const { port } of [servers.bare, servers.injector]) await load(port, SMALL, WARM_UP_SECONDS);
}

async function withBoth<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = { bare: await BenchServer.bare(), injector: await BenchServer.injector() };
  const result = await work(servers);
  await Promise.all([servers.bare.stop(), servers.injector.stop()]);
  return result;
}

await main();
