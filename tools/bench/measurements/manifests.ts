import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import { podList } from '../pod-list.js';
import { peakMb } from '../processes.js';
import { median } from '../statistics.js';

const CLI = join(ROOT, 'dist', 'cli', 'main.js');
const TIMES = 5;
const POLL_MS = 10;

export const PODS = 2000;

/** What `proxy-injector explain` takes for 2,000 Pods in JSON: medians, in milliseconds and MB. */
export interface LargeInput {
  readonly ms: number;
  /** The most resident memory at any time. */
  readonly peakMb: number;
}

/** Explains the Pods of a large cluster. */
export async function largeInput(): Promise<LargeInput> {
  const file = join(mkdtempSync(join(tmpdir(), 'bench-')), 'pods.json');
  writeFileSync(file, podList(PODS));
  const runs: LargeInput[] = [];
  for (let time = 0; time < TIMES; time += 1) runs.push(await explain(file));
  return { ms: median(runs.map(({ ms }) => ms)), peakMb: median(runs.map((run) => run.peakMb)) };
}

async function explain(file: string): Promise<LargeInput> {
  const started = performance.now();
  const child = spawn(process.execPath, [CLI, 'explain', '-f', '-'], {
    stdio: [openSync(file, 'r'), 'ignore', 'inherit'],
  });
  let peak = 0;
  const polling = setInterval(() => {
    peak = Math.max(peak, peakMb(child.pid ?? 0));
  }, POLL_MS);
  const [code] = await once(child, 'exit');
  clearInterval(polling);
  if (code !== 0) throw new Error(`explain: exit code ${code}`);
  return { ms: performance.now() - started, peakMb: peak };
}
