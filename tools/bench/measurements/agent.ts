import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../../../test/process/agent-process.js';
import { missingCommands } from '../../../test/support/containers/requirements.js';
import type { FakePlugin } from '../../../test/support/fake-runtime.js';
import { ROOT } from '../../checkout.js';
import { cpuMs, residentMb } from '../processes.js';
import { median } from '../statistics.js';

const NETNS = '/var/run/netns';
/** The kubelet's default for maxPods. */
export const PODS = 110;
/** The first ones are not counted. */
const WARM_UP = 10;
const IDLE_SECONDS = 10;

/** What the agent of node mode costs a node. */
export interface AgentCost {
  /** How much later a Pod starts, in milliseconds: from the call of the container runtime to the answer. */
  readonly delay: { readonly median: number; readonly longest: number };
  /** The share of a core while nothing happens. */
  readonly idle: number;
  readonly residentMb: number;
}

/** Measures the agent in real network namespaces. Returns a sentence if it cannot. */
export async function agentCost(): Promise<AgentCost | string> {
  const missing = missingForAgent();
  if (missing !== undefined) return `The agent was not measured: it needs ${missing}.`;
  const names: string[] = [];
  const agent = new AgentProcess({
    netnsDirectory: NETNS,
    proxyInit: join(ROOT, 'proxy-init', 'proxy-init.sh'),
  });
  try {
    for (let pod = 0; pod < PODS; pod += 1) {
      execFileSync('ip', ['netns', 'add', `bench-${process.pid}-${pod}`]);
      names.push(`bench-${process.pid}-${pod}`);
    }
    const plugin = await agent.connected();
    const all: number[] = [];
    for (const name of names) all.push(await startMs(plugin, agent, name));
    const delays = all.slice(WARM_UP);
    const before = cpuMs(agent.pid);
    await sleep(IDLE_SECONDS * 1000);
    return {
      delay: { median: median(delays), longest: Math.max(...delays) },
      idle: (cpuMs(agent.pid) - before) / (IDLE_SECONDS * 1000),
      residentMb: residentMb(agent.pid),
    };
  } catch (error) {
    return `The agent was not measured: ${(error as Error).message}`; // such as without CAP_SYS_ADMIN
  } finally {
    await agent.remove();
    await agent.runtime.stop();
    for (const name of names) execFileSync('ip', ['netns', 'del', name]);
  }
}

function missingForAgent(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'root on Linux';
  return missingCommands('ip', 'nft', 'nsenter').join(', ') || undefined;
}

async function startMs(plugin: FakePlugin, agent: AgentProcess, name: string): Promise<number> {
  const start = performance.now();
  const { message } = await plugin.pod('RunPodSandbox', agent.pod(name));
  if (message !== '') throw new Error(message);
  return performance.now() - start;
}
