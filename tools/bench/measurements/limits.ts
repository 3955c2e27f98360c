import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedPair } from '../../../src/tls/self-signed.js';
import { ROOT } from '../../checkout.js';
import type { Input } from '../inputs.js';
import { load } from '../load.js';
import { BenchServer } from '../server.js';
import { type ClosedLoop, type Throughput, throughputs } from './throughput.js';

const RUST = join(ROOT, 'tools', 'bench', 'rust-server');
const STEPS = ['read', 'decode', 'decide', 'patch'];
const WARM_UP_SECONDS = 5;

/** The throughput of each server, by the number of connections. */
export interface Limit {
  readonly server: string;
  readonly byConnections: { readonly [connections: string]: Throughput };
}

/**
 * How far the injector is from what could be reached: servers that stop after a step of the injector's work, the bare
 * server, and if cargo is installed, one in Rust. All take turns.
 */
export async function limits(
  input: Input,
  connections: readonly number[],
  loop: ClosedLoop,
): Promise<Limit[]> {
  const servers: { [name: string]: BenchServer } = {};
  for (const [index, step] of STEPS.entries()) {
    servers[index === 0 ? step : `and ${step}`] = await BenchServer.steps(STEPS.slice(0, index + 1));
  }
  servers['proxy-injector'] = await BenchServer.injector();
  servers['bare node:https'] = await BenchServer.bare();
  const rust = await rustServer();
  if (rust) servers['Rust: axum and rustls'] = rust;
  const all = Object.values(servers);
  for (const { port } of all) await load(port, input, WARM_UP_SECONDS);
  const results: { [connections: string]: Throughput[] } = {};
  for (const count of connections) {
    results[count] = await throughputs(all, input, { ...loop, connections: count });
  }
  await Promise.all(all.map((server) => server.stop()));
  return Object.keys(servers).map((server, index) => ({
    server,
    byConnections: Object.fromEntries(
      connections.map((count) => [count, results[count]?.[index] as Throughput]),
    ),
  }));
}

/** Undefined, with a message, if there is no cargo to build it with. */
async function rustServer(): Promise<BenchServer | undefined> {
  const { status, error } = spawnSync('cargo', ['build', '--release', '--locked'], {
    cwd: RUST,
    stdio: 'inherit',
  });
  if (error !== undefined) {
    console.log(`without the server in Rust: ${error.message}`);
    return undefined;
  }
  if (status !== 0) throw new Error(`cargo build in ${RUST} exited with ${status}`);
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const { cert, key } = selfSignedPair();
  const [certificate, keyFile] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
  writeFileSync(certificate, cert);
  writeFileSync(keyFile, key);
  return BenchServer.program(join(RUST, 'target', 'release', 'rust-server'), {
    BENCH_CERTIFICATE: certificate,
    BENCH_KEY: keyFile,
  });
}
