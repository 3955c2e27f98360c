import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { ROOT } from '../../tools/checkout.js';
import { Injector } from '../process/injector.js';
import { recordedReview } from '../support/reviews.js';
import { ATTACK_NAMES } from './attacker.js';
import { InjectorContainer } from './injector-container.js';

const VALUES = parse(readFileSync(join(ROOT, 'helm', 'proxy-injector', 'values.yaml'), 'utf8'));
const LIMIT_MIB = Number(/^(\d+)Mi$/.exec(VALUES.resources.limits.memory)?.[1]);

/** How long an attack lasts. */
const ATTACK_MS = 15_000;

/** For an answer that never comes: generous, since the machine of the test may be busy with other things. */
const TIMEOUT_MS = 60_000;

const REVIEWS = ['pod-by-replicaset', 'pod-2000-env', 'pod-30-env'].map(recordedReview);

describe(`under attack, in a container of ${LIMIT_MIB} MiB`, () => {
  const container = new InjectorContainer({ memoryMib: LIMIT_MIB });
  let injector: Injector;
  before(async () => {
    injector = await Injector.start({}, { launch: container.launch });
  });
  after(async () => {
    await injector.stop();
    container.remove();
  });

  for (const name of ATTACK_NAMES) {
    it(`answers every honest request and probe despite ${name}`, async () => {
      const attacker = attack(name, injector.port);
      try {
        const until = Date.now() + ATTACK_MS;
        const [reviews, probes] = await Promise.all([honest(injector, until), probe(injector, until)]);
        assert.deepEqual([reviews.failures, probes.failures], [[], []]);
        assert.ok(reviews.answered > 3 && probes.answered > 1, JSON.stringify({ reviews, probes }));
        assert.equal(attacker.exitCode, null, 'the attack lasted');
      } finally {
        attacker.kill('SIGKILL');
      }
    });
  }
});

function attack(name: string, port: number): ChildProcess {
  const script = join(ROOT, '.build', 'test', 'images', 'attacker.js');
  return spawn(process.execPath, [script, name, String(port)], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/**
 * Reviews one after the other, as an API server under little load sends them; counts the answers and keeps what
 * failed.
 */
async function honest(injector: Injector, until: number) {
  const failures: string[] = [];
  let answered = 0;
  for (let index = 0; Date.now() < until; index += 1) {
    const body = REVIEWS[index % REVIEWS.length] as string;
    try {
      const answer = await injector.post(body, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status === 200) answered += 1;
      else failures.push(`${answer.status} ${answer.body}`);
    } catch (error) {
      failures.push(String(error));
    }
    await sleep(20);
  }
  return { answered, failures };
}

/** Probes `/livez` every second, as the kubelet does. */
async function probe(injector: Injector, until: number) {
  const failures: string[] = [];
  let answered = 0;
  while (Date.now() < until) {
    const { status } = await injector.management('/livez');
    if (status === 200) answered += 1;
    else failures.push(`/livez: ${status}`);
    await sleep(1000);
  }
  return { answered, failures };
}
