import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { until } from '../support/until.js';
import { run } from './local-cluster/command.js';
import { NODE } from './local-cluster/node.js';
import { tool } from './local-cluster/tools.js';
import { sharedCluster, skipUnlessLocal } from './shared-cluster.js';

/** A process that started a cluster, and the traces of the cluster on the host. */
interface Run {
  readonly process: ChildProcess;
  readonly directory: string;
  /** The PID namespace of its processes, as /proc names it. */
  readonly namespace: string;
  /** The address of the host's end of the veth pair. */
  readonly address: string;
}

describe('a local cluster', { skip: skipUnlessLocal(sharedCluster()) }, () => {
  const runs: Run[] = [];

  before(async () => {
    runs.push(...(await Promise.all([start(), start()])));
  });
  after(() => {
    for (const { process } of runs) process.kill('SIGKILL');
  });

  it('can run next to another one', async () => {
    for (const { directory } of runs) {
      for (const condition of ['create', 'condition=Ready']) {
        const args = ['wait', `--for=${condition}`, `node/${NODE}`, '--timeout=120s'];
        const { stdout, stderr } = await kubectl(directory, ...args);
        assert.equal(stdout, `node/${NODE} condition met\n`, stderr);
      }
    }
  });

  for (const [end, signal] of [
    ['a crash', 'SIGKILL'],
    ['Ctrl-C', 'SIGINT'],
  ] as const) {
    it(`leaves nothing behind after ${end}, and does not affect the other`, async () => {
      const run = runs.shift();
      assert.ok(run);
      assert.deepEqual(leftOver(run), ['directory', 'control groups', 'processes', 'veth']);
      run.process.kill(signal);
      await until(() => leftOver(run).length === 0);
      for (const { directory } of runs) {
        const { stdout, stderr } = await kubectl(directory, 'get', '--raw', '/readyz');
        assert.equal(stdout, 'ok', stderr);
      }
    });
  }
});

async function start(): Promise<Run> {
  const machine = pathToFileURL(join(import.meta.dirname, 'local-cluster', 'local-cluster.js'));
  const script = `const { LocalCluster } = await import('${machine}'); console.log((await LocalCluster.start()).sandbox.directory);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [directory] = await once(createInterface(child.stdout), 'line');
  const pid = readFileSync(join(directory, 'pid'), 'utf8').trim();
  const { clusters } = JSON.parse(readFileSync(join(directory, 'admin.kubeconfig'), 'utf8'));
  const hostAddress = new URL(clusters[0].cluster.server).hostname.replace(/\d+$/, (last) =>
    String(Number(last) - 1),
  );
  return { process: child, directory, namespace: readlinkSync(`/proc/${pid}/ns/pid`), address: hostAddress };
}

/** The traces of a run that still exist. */
function leftOver({ directory, namespace, address }: Run): string[] {
  const group = basename(directory);
  const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => join('/sys/fs/cgroup', name));
  const is = {
    directory: existsSync(directory),
    'control groups': ['/sys/fs/cgroup', ...hierarchies].some((path) => existsSync(join(path, group))),
    processes: readdirSync('/proc').some((pid) => namespaceOf(pid) === namespace),
    veth: Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address)),
  };
  return Object.entries(is).flatMap(([name, isThere]) => (isThere ? [name] : []));
}

function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined; // not a process, or it has exited
  }
}

function kubectl(directory: string, ...args: readonly string[]) {
  return run(tool('kubectl'), ['--kubeconfig', join(directory, 'admin.kubeconfig'), ...args]);
}
