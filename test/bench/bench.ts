import { GENERATOR, load } from './load.js';
import { redirectTimes } from './redirect.js';
import { BenchServer } from './server.js';

const ROUNDS = 3;
const SECONDS = 4;

/** What is sent, by what the table calls it. */
const INPUTS: readonly (readonly [string, string])[] = [
  ['3.3 KB, injected', 'pod-by-replicaset'],
  ['30 variables, injected', 'pod-30-env'],
  ['2,000 variables, injected', 'pod-2000-env'],
  ['skipped (mirror Pod)', 'mirror-pod'],
];

/** `npm run bench -- pod-30-env` measures that one alone. */
const wanted = process.argv.slice(2);
const chosen = INPUTS.filter(([, review]) => wanted.length === 0 || wanted.includes(review));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const servers = [await BenchServer.bare(), await BenchServer.injector()] as const;
const [bare, injector] = servers;
const resident: number[] = [];
try {
  console.log(
    `node ${process.version}, load by ${GENERATOR}, 16 connections, ${ROUNDS} rounds of ${SECONDS} s each`,
  );
  for (const { port } of servers) load(port, 'pod-by-replicaset', 2);
  console.log('| input | bare node:https, req/s | proxy-injector, req/s | ratio |\n|---|---|---|---|');
  for (const [name, review] of chosen) {
    const rates = servers.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, { port }] of servers.entries()) rates[index]?.push(load(port, review, SECONDS));
    }
    const [theirs = 0, ours = 0] = rates.map(median);
    if (resident.length === 0) resident.push(...servers.map((server) => server.residentMb));
    console.log(`| ${name} | ${theirs.toFixed(0)} | ${ours.toFixed(0)} | ${(ours / theirs).toFixed(2)} |`);
  }
  console.log(`start to open port: ${injector.startMs.toFixed(0)} ms (bare ${bare.startMs.toFixed(0)} ms)`);
  const [bareMb, injectorMb] = resident.map((mb) => mb.toFixed(0));
  console.log(`resident under the first load: ${injectorMb} MB (bare ${bareMb} MB)`);
} finally {
  await Promise.all(servers.map((server) => server.stop()));
}
for (const sentence of redirectTimes()) console.log(sentence);
