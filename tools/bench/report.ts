import type { Results } from './bench.js';
import { mb, micros, ms, percent, perSecond, smallPercent, table, verdict } from './format.js';
import { RECORDED } from './inputs.js';
import { GENERATOR } from './load.js';
import { PODS as AGENT_PODS, type AgentCost } from './measurements/agent.js';
import type { Limit } from './measurements/limits.js';
import { PODS } from './measurements/manifests.js';
import type { Ratio } from './measurements/open-loop.js';
import type { Comparison } from './measurements/throughput.js';

/**
 * Above this idle share of the servers' core the load generator is the limit; below this busy share, other processes
 * are.
 */
const IDLE = 0.05;
const BUSY = 0.9;
/** The goals for memory, in MB: how much more than the bare server, and how much growth. */
const MORE_MB = 25;
const FLAT_MB = 5;
/** The goal for the peak memory of the command line with a large input. */
const LARGE_INPUT_MB = 200;
/** The goal for a start. */
const START_MS = 250;
/** The goals for the agent of node mode. */
const DELAY_MS = 50;
const IDLE_AGENT = 0.001;
const AGENT_MB = 80;

/** Prints the given results with their goals, as tables and sentences. */
export function print(results: Partial<Results>): void {
  const { throughput, openLoop, costs, accuracy, traces, limits, redirect = [], agent } = results;
  console.log(`node ${process.version}`);
  for (const sentence of headline(results)) console.log(sentence);
  const rows = goals(results);
  if (rows.length > 0)
    console.log(table(['what', 'bare node:https', 'proxy-injector', 'result', 'goal', ''], rows));
  if (throughput) console.log(`\n${processorTime(throughput, GENERATOR)}`);
  if (openLoop) console.log(`\n${latencyTable(openLoop)}`);
  if (traces) console.log(`\n${traceTable(traces)}`);
  if (limits) console.log(`\n${limitTable(limits)}`);
  if (costs) {
    const costRows = costs.map(({ name, bare, injector, growth }) => [
      name,
      ms(bare),
      ms(injector),
      `${growth.toFixed(1)} times`,
    ]);
    console.log(
      `\n${table(['expensive Pod', 'bare', 'proxy-injector', 'time for twice the size'], costRows)}`,
    );
  }
  if (accuracy) console.log(`\n${accuracyReport(accuracy)}`);
  for (const sentence of redirect) console.log(sentence);
  if (agent) console.log(`\n${typeof agent === 'string' ? agent : agentTable(agent)}`);
}

/** What is worth quoting: the worst of the closed loops, and the processor time of the open ones. */
function headline({ throughput = {}, openLoop = {} }: Partial<Results>): string[] {
  const [worst] = comparisons(throughput).sort((a, b) => a.comparison.rateRatio - b.comparison.rateRatio);
  const times = Object.entries(openLoop).map(
    ([arrivals, { cpu }]) => `${cpu.value.toFixed(2)} (${arrivals})`,
  );
  return [
    ...(worst
      ? [`At worst, ${worst.comparison.rateRatio.toFixed(2)} times the rate of bare: ${worst.name}.`]
      : []),
    ...(times.length > 0 ? [`At a given rate, the processor time of bare times ${times.join(', ')}.`] : []),
  ];
}

/** The rows of the table of goals. */
function goals({ throughput = {}, openLoop = {}, starts, largeInput, memory }: Partial<Results>): string[][] {
  const rows = comparisons(throughput).map(({ name, goal, comparison: { bare, injector, rateRatio } }) => [
    name,
    perSecond(bare),
    perSecond(injector),
    rateRatio.toFixed(2),
    `≥ ${goal}`,
    verdict(rateRatio >= goal),
  ]);
  for (const [arrivals, { perSecond: rate, bare, injector, cpu, p99 }] of Object.entries(openLoop)) {
    const at = `at ${rate.toFixed(0)}/s (${arrivals})`;
    rows.push(
      [`processor time ${at}`, micros(bare), micros(injector), ...noWorse(cpu)],
      [`99th percentile ${at}`, ms(bare.p99), ms(injector.p99), ...noWorse(p99)],
    );
  }
  if (starts) {
    const { bare, injector, withCertificate, help, inject } = starts;
    rows.push(
      timeRow('start, without a certificate', ms(bare), injector, START_MS),
      timeRow('start, with a certificate in files', '', withCertificate, START_MS),
      timeRow('`proxy-injector --help`', '', help, 120),
      timeRow('`proxy-injector inject` of one manifest', '', inject, 250),
    );
  }
  if (largeInput) {
    const what = `\`proxy-injector explain\` of ${PODS} Pods in JSON`;
    const memory = mb(largeInput.peakMb);
    rows.push(timeRow(what, '', largeInput.ms, 2000), [
      `${what}, memory`,
      '',
      memory,
      '',
      `≤ ${LARGE_INPUT_MB} MB`,
      verdict(largeInput.peakMb <= LARGE_INPUT_MB),
    ]);
  }
  if (memory) {
    const { bare, injector } = memory;
    const more = injector.second - bare.second;
    const growth = injector.second - injector.first;
    const grown = `${mb(injector.first)} after 100,000`;
    rows.push(
      [
        'resident after 200,000 requests',
        mb(bare.second),
        mb(injector.second),
        `+${mb(more)}`,
        `≤ +${MORE_MB} MB`,
        verdict(more <= MORE_MB),
      ],
      ['growth', '', grown, mb(growth), `≤ ${FLAT_MB} MB`, verdict(growth <= FLAT_MB)],
    );
  }
  return rows;
}

/** The comparisons of recorded reviews, the one with the fewest connections first. */
function comparisons(throughput: Results['throughput']) {
  return RECORDED.flatMap(({ name, goal }) =>
    Object.entries(throughput[name] ?? {}).map(([connections, comparison]) => ({
      name: `${name}, ${connections} ${connections === '1' ? 'connection' : 'connections'}`,
      goal,
      comparison,
    })),
  );
}

/** A ratio that should be at most 1, but for the noise of the run. */
function noWorse({ value, noise }: Ratio): string[] {
  return [`${value.toFixed(2)} ± ${noise.toFixed(2)}`, '≤ 1', verdict(value - noise <= 1)];
}

function timeRow(what: string, bare: string, injector: number, goal: number): string[] {
  return [what, bare, ms(injector), '', `≤ ${goal} ms`, verdict(injector <= goal)];
}

/** Compares processor times, which stay valid if the load generator or another process was the limit. */
function processorTime(throughput: Results['throughput'], generator: string): string {
  const rows = comparisons(throughput).map(({ name, comparison }) => [
    name,
    micros(comparison.bare),
    micros(comparison.injector),
    comparison.cpuRatio.toFixed(2),
    limit(comparison, generator),
  ]);
  return table(['processor time per request', 'bare', 'proxy-injector', 'ratio', 'limited by'], rows);
}

/** The latencies of the open loop, from when a request is due. */
function latencyTable(openLoop: Results['openLoop']): string {
  const rows = Object.entries(openLoop).flatMap(([arrivals, { perSecond: rate, ...servers }]) =>
    (['bare', 'injector'] as const).map((name) => {
      const { p50, p99, p999 } = servers[name];
      const label = name === 'bare' ? 'bare' : 'proxy-injector';
      return [`${rate.toFixed(0)}/s (${arrivals})`, label, ms(p50), ms(p99), ms(p999)];
    }),
  );
  return table(['requests', '', 'median', '99 %', '99.9 %'], rows);
}

/** Like {@link processorTime}, of the injector without and with traces. */
function traceTable({ sampled, unsampled, exported }: Results['traces']): string {
  const rows = Object.entries({ 'with a span': sampled, 'not sampled': unsampled }).map(
    ([name, comparison]) => [
      name,
      micros(comparison.bare),
      micros(comparison.injector),
      comparison.cpuRatio.toFixed(2),
      comparison.rateRatio.toFixed(2),
    ],
  );
  const head = [
    'processor time per request',
    'without traces',
    'with traces',
    'ratio',
    'ratio of requests/s',
  ];
  return `${table(head, rows)}\n\nThe collector received ${exported} spans.`;
}

/** The rate and the processor time per request of each server, by the number of connections. */
function limitTable(limits: readonly Limit[]): string {
  const counts = Object.keys(limits[0]?.byConnections ?? {});
  const rows = limits.map(({ server, byConnections }) => [
    server,
    ...Object.values(byConnections).map((throughput) => `${perSecond(throughput)}, ${micros(throughput)}`),
  ]);
  return table(['connections', ...counts], rows);
}

/** What the agent of node mode costs, with its goals. */
function agentTable({ delay, idle, residentMb }: AgentCost): string {
  const atMost = (what: string, value: string, goal: string, holds: boolean) => [
    what,
    value,
    `≤ ${goal}`,
    verdict(holds),
  ];
  const rows = [
    atMost('delay of a Pod, median', ms(delay.median), ms(DELAY_MS), delay.median <= DELAY_MS),
    atMost('delay of a Pod, longest', ms(delay.longest), ms(DELAY_MS), delay.longest <= DELAY_MS),
    atMost('share of a core when idle', smallPercent(idle), smallPercent(IDLE_AGENT), idle <= IDLE_AGENT),
    atMost('resident', mb(residentMb), mb(AGENT_MB), residentMb <= AGENT_MB),
  ];
  return table([`the agent of node mode, ${AGENT_PODS} Pods`, '', 'goal', ''], rows);
}

function limit({ idle, busy }: Comparison, generator: string): string {
  if (idle > IDLE) return `${generator}: the servers' core was idle for ${percent(idle)}`;
  return busy < BUSY ? `other processes: the servers had their core for ${percent(busy)}` : 'the server';
}

function accuracyReport({ requests, histogram, cpu, wall, lag, longest }: Results['accuracy']): string {
  const rows = [
    ['recorded by the histogram', ms(histogram)],
    ['used by the process', ms(cpu)],
    ['waited by the client', ms(wall)],
  ];
  const times = table([`${requests} requests, one after the other`, 'time'], rows);
  const loop = `the event loop lagged by up to ${ms(lag)}, and the client waited up to ${ms(longest)} for one`;
  return `${times}\n\nWhile expensive Pods arrived, ${loop}.`;
}
