import { Agent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentProcess } from '../../test/process/agent-process.js';
import type { Injector } from '../../test/process/injector.js';
import type { FakePlugin } from '../../test/support/fake-runtime.js';
import { recordedReview } from '../../test/support/reviews.js';

/** Typical requests of a cluster, and their share of a thousand. */
const REQUESTS: readonly (readonly [share: number, body: string])[] = [
  [380, recordedReview('pod-by-replicaset')],
  [130, recordedReview('pod-by-job')],
  [90, recordedReview('pod-by-daemonset')],
  [60, recordedReview('pod-by-statefulset')],
  [40, recordedReview('pod-30-env')],
  [150, annotated('pod-by-kubectl', { 'proxy-injection/mode': 'native' })],
  [60, recordedReview('pod-opted-out')],
  [40, recordedReview('pod-in-disabled-namespace')],
  [20, recordedReview('pod-host-network')],
  [15, annotated('pod-by-kubectl', { 'proxy-injection/mode': 'nativ' })],
  [10, recordedReview('pod-port-conflict')],
  [5, 'not JSON'],
];

const TICK_MS = 50;

/** Sends requests to the injectors in turn, for a number of seconds, at a rate that rises and falls as over a day. */
export async function load(injectors: readonly Injector[], seconds: number): Promise<void> {
  const agents = injectors.map(() => new Agent({ keepAlive: true, rejectUnauthorized: false }));
  const pending: Promise<unknown>[] = [];
  let due = 0;
  for (let tick = 0; tick * TICK_MS < seconds * 1000; tick += 1) {
    due += (ratePerSecond((tick * TICK_MS) / 1000) * TICK_MS) / 1000;
    for (; due >= 1; due -= 1) {
      const turn = pending.length % injectors.length;
      pending.push((injectors[turn] as Injector).post(pick(), { agent: agents[turn] }));
    }
    await sleep(TICK_MS);
  }
  await Promise.all(pending);
  for (const agent of agents) agent.destroy();
}

/** Starts a Pod on the agent's node every half a second or so, some with an invalid annotation. */
export async function startPods(agent: AgentProcess, plugin: FakePlugin, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  for (let pod = 0; performance.now() < end; pod += 1) {
    const change = pod % 40 === 39 ? { redirect: '{}' } : {};
    await plugin.pod('RunPodSandbox', agent.pod(`${pod}`, change));
    await sleep(200 + 600 * Math.random());
  }
}

function ratePerSecond(second: number): number {
  const rollout = second % 60 > 40 && second % 60 < 50 ? 60 : 0;
  return 70 + 30 * Math.sin(second / 12) + rollout;
}

function pick(): string {
  let left = Math.random() * REQUESTS.reduce((sum, [share]) => sum + share, 0);
  for (const [share, body] of REQUESTS) {
    left -= share;
    if (left < 0) return body;
  }
  return '';
}

function annotated(name: string, annotations: { readonly [key: string]: string }): string {
  const review = JSON.parse(recordedReview(name));
  review.request.object.metadata.annotations = {
    ...review.request.object.metadata.annotations,
    ...annotations,
  };
  return JSON.stringify(review);
}
