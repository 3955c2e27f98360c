import type { Results } from './bench.js';
import { RECORDED } from './inputs.js';
import { GENERATOR } from './load.js';
import { PODS } from './measurements/manifests.js';
import type { Comparison } from './measurements/throughput.js';

/**
 * Above this idle share of the servers' core the load generator is the limit; below this busy share, other processes
 * are.
 */
const IDLE = 0.05;
const BUSY = 0.9;
const P99_RATIO = 1.5;
/** The goals for memory, in MB: how much more than the bare server, and how much growth. */
const MORE_MB = 40;
const FLAT_MB = 5;
/** The goal for the peak memory of the command line with a large input. */
const LARGE_INPUT_MB = 200;

/** Prints the given results with their goals, as tables and sentences. */
export function print(results: Partial<Results>): void {
  const { throughput, costs, accuracy, traces, redirect = [] } = results;
  console.log(`node ${process.version}`);
  const rows = goals(results);
  if (rows.length > 0)
    console.log(table(['what', 'bare node:https', 'proxy-injector', 'result', 'goal', ''], rows));
  if (throughput) console.log(`\n${processorTime(throughput, GENERATOR)}`);
  if (traces) console.log(`\n${traceTable(traces)}`);
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
}

/** The rows of the table of goals. */
function goals({ throughput = {}, starts, largeInput, memory, p99 }: Partial<Results>): string[][] {
  const rows = RECORDED.filter(({ name }) => throughput[name]).map(({ name, goal }) => {
    const { bare, injector, rateRatio: ratio } = throughput[name] as Comparison;
    return [
      name,
      perSecond(bare),
      perSecond(injector),
      ratio.toFixed(2),
      `≥ ${goal}`,
      verdict(ratio >= goal),
    ];
  });
  if (starts) {
    const { bare, injector, withCertificate, help, inject } = starts;
    rows.push(
      timeRow('start, without a certificate', ms(bare), injector, 500),
      timeRow('start, with a certificate in files', '', withCertificate, 500),
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
    const more = injector.first - bare.first;
    const growth = injector.second - injector.first;
    rows.push(
      [
        'resident after 100,000 requests',
        mb(bare.first),
        mb(injector.first),
        `+${mb(more)}`,
        `≤ +${MORE_MB} MB`,
        verdict(more <= MORE_MB),
      ],
      [
        'resident after 200,000 requests',
        mb(bare.second),
        mb(injector.second),
        `${mb(growth)} more than before`,
        `≤ ${FLAT_MB} MB`,
        verdict(growth <= FLAT_MB),
      ],
    );
  }
  if (p99) {
    const ratio = p99.injector / p99.bare;
    rows.push([
      `99th percentile at ${p99.perSecond.toFixed(0)}/s`,
      ms(p99.bare),
      ms(p99.injector),
      ratio.toFixed(2),
      `≤ ${P99_RATIO}`,
      verdict(ratio <= P99_RATIO),
    ]);
  }
  return rows;
}

function timeRow(what: string, bare: string, injector: number, goal: number): string[] {
  return [what, bare, ms(injector), '', `≤ ${goal} ms`, verdict(injector <= goal)];
}

/** Compares processor times, which stay valid if the load generator or another process was the limit. */
function processorTime(throughput: Results['throughput'], generator: string): string {
  const rows = Object.entries(throughput).map(([name, comparison]) => [
    name,
    `${comparison.bare.cpuMicros.toFixed(0)} µs`,
    `${comparison.injector.cpuMicros.toFixed(0)} µs`,
    comparison.cpuRatio.toFixed(2),
    limit(comparison, generator),
  ]);
  return table(['processor time per request', 'bare', 'proxy-injector', 'ratio', 'limited by'], rows);
}

/** Like {@link processorTime}, of the injector without and with traces. */
function traceTable({ sampled, unsampled, exported }: Results['traces']): string {
  const rows = Object.entries({ 'with a span': sampled, 'not sampled': unsampled }).map(
    ([name, comparison]) => [
      name,
      `${comparison.bare.cpuMicros.toFixed(0)} µs`,
      `${comparison.injector.cpuMicros.toFixed(0)} µs`,
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

function limit({ idle, busy }: Comparison, generator: string): string {
  if (idle > IDLE) return `${generator}: the servers' core was idle for ${percent(idle)}`;
  return busy < BUSY ? `other processes: the servers had their core for ${percent(busy)}` : 'the server';
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
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

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function perSecond({ requestsPerSecond }: { readonly requestsPerSecond: number }): string {
  return `${requestsPerSecond.toFixed(0)}/s`;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function mb(value: number): string {
  return `${value.toFixed(0)} MB`;
}

function verdict(holds: boolean): string {
  return holds ? 'holds' : 'does not hold';
}
