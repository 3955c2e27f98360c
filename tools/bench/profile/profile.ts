import { mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import type { Input } from '../inputs.js';
import { load } from '../load.js';
import { RESULTS } from '../processes.js';
import { BenchServer } from '../server.js';
import { flameGraph } from './flame-graph.js';

const SECONDS = 8;
const SAMPLE_MICROS = 200;

/** Profiles the injector under load. Writes a CPU profile for Chromium's DevTools, and a flame graph. */
export async function profile(input: Input): Promise<void> {
  const directory = mkdtempSync(join(RESULTS, 'profile-'));
  const flags = ['--cpu-prof', `--cpu-prof-dir=${directory}`, `--cpu-prof-interval=${SAMPLE_MICROS}`];
  const server = await BenchServer.unbundled({ flags });
  await load(server.port, input, SECONDS);
  await server.stop();
  const [file] = readdirSync(directory) as [string];
  const profilePath = join(directory, `${input.name}.cpuprofile`);
  renameSync(join(directory, file), profilePath);
  const picturePath = join(directory, `${input.name}.svg`);
  writeFileSync(picturePath, flameGraph(JSON.parse(readFileSync(profilePath, 'utf8')), ROOT));
  console.log(`${profilePath}\n${picturePath}`);
}
