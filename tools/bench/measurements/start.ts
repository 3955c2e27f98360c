import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedPair } from '../../../src/tls/self-signed.js';
import { ROOT } from '../../checkout.js';
import { CORES, output } from '../processes.js';
import { BenchServer } from '../server.js';
import { median } from '../statistics.js';

const TIMES = 7;
const CLI = join(ROOT, 'dist', 'cli', 'main.js');
const MANIFEST = join(ROOT, 'test', 'cli', 'manifests', 'cases', 'stateful-set.yaml');

/** How long processes take: medians, in milliseconds. */
export interface Starts {
  readonly bare: number;
  /** `node dist/main.js` without certificate files, which generates a certificate first. */
  readonly injector: number;
  /** With certificate files, as in a cluster. */
  readonly withCertificate: number;
  readonly help: number;
  readonly inject: number;
}

/** Alternates between the commands, so that other work on the machine affects all of them. */
export async function starts(): Promise<Starts> {
  const env = await certificateFiles();
  const measured = {
    bare: () => startMs(BenchServer.bare()),
    injector: () => startMs(BenchServer.injector()),
    withCertificate: () => startMs(BenchServer.injector({ env })),
    help: () => commandMs(['--help']),
    inject: () => commandMs(['inject', '-f', MANIFEST]),
  };
  const times = { bare: [], injector: [], withCertificate: [], help: [], inject: [] } as {
    readonly [name in keyof Starts]: number[];
  };
  for (let time = 0; time < TIMES; time += 1) {
    for (const name of Object.keys(measured) as (keyof Starts)[]) times[name].push(await measured[name]());
  }
  return {
    bare: median(times.bare),
    injector: median(times.injector),
    withCertificate: median(times.withCertificate),
    help: median(times.help),
    inject: median(times.inject),
  };
}

async function startMs(starting: Promise<BenchServer>): Promise<number> {
  const server = await starting;
  await server.stop();
  return server.startMs;
}

async function commandMs(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await output(CORES.server, [process.execPath, CLI, ...args]);
  return performance.now() - started;
}

async function certificateFiles(): Promise<NodeJS.ProcessEnv> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const { cert, key } = selfSignedPair();
  const files = {
    INJECTOR_TLS_CERT: join(directory, 'tls.crt'),
    INJECTOR_TLS_KEY: join(directory, 'tls.key'),
  };
  writeFileSync(files.INJECTOR_TLS_CERT, cert);
  writeFileSync(files.INJECTOR_TLS_KEY, key);
  return files;
}
