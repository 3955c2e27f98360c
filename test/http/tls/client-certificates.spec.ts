import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { describe, it, type TestContext } from 'node:test';
import { recordedReview } from '../../support/reviews.js';
import { until } from '../../support/until.js';
import { Service } from '../webhook/service.js';
import { MountedVolume } from './mounted-volume.js';
import { DAY_MS, makePair, type PemPair } from './pairs.js';

const BODY = recordedReview('pod-by-replicaset');

const ca = await makePair({ commonName: 'client CA', hosts: [], ca: true });
const otherCa = await makePair({ commonName: 'other CA', hosts: [], ca: true });
const client = await makePair({ commonName: 'kube-apiserver', hosts: [], issuer: ca });
const otherClient = await makePair({ commonName: 'kube-apiserver', hosts: [], issuer: otherCa });
const expiredClient = await makePair({
  hosts: [],
  issuer: ca,
  notBefore: new Date(Date.now() - 3 * DAY_MS),
});
const serving = [await makePair(), await makePair()] as const;

/** Opens a connection for each request, and resumes its earlier TLS sessions. */
function agentOf(pair: PemPair | undefined): Agent {
  return new Agent({ rejectUnauthorized: false, ...pair });
}

/** The application with its files in mounted volumes. */
async function start(t: TestContext, clientCa: string) {
  const secret = MountedVolume.create({ 'tls.crt': serving[0].cert, 'tls.key': serving[0].key });
  const authorities = MountedVolume.create({ 'ca.crt': clientCa });
  t.after(() => {
    secret.remove();
    authorities.remove();
  });
  const service = await Service.start('{}', {
    INJECTOR_TLS_CERT: secret.file('tls.crt'),
    INJECTOR_TLS_KEY: secret.file('tls.key'),
    INJECTOR_WEBHOOK_CLIENT_CA: authorities.file('ca.crt'),
  });
  t.after(() => service.stop());
  const metric = async (line: string) =>
    (await (await fetch(`${service.managementUrl}/metrics`)).text()).includes(`\nproxy_injector_${line}\n`);
  return {
    /** The status of a request on a new connection, or `refused`. */
    async ask(pair?: PemPair, agent = agentOf(pair)): Promise<number | 'refused'> {
      const answer = await service.request({ body: BODY, agent }).catch(() => undefined);
      return answer?.status ?? 'refused';
    },
    metric,
    readyz: () => service.management('/readyz'),
    /** Replaces the files of the pair, and waits for the reload. */
    async renewPair() {
      secret.update({ 'tls.crt': serving[1].cert, 'tls.key': serving[1].key });
      await until(() => metric('certificate_reloads_total{result="success"} 1'));
    },
    replaceCa: (pem: string) => authorities.update({ 'ca.crt': pem }),
  };
}

describe('webhook.clientCa', () => {
  it('requires a client certificate that the CA signed, also after the pair is reloaded', async (t) => {
    const { ask, renewPair } = await start(t, ca.cert);
    for (const when of ['before', 'after']) {
      assert.equal(await ask(client), 200, when);
      assert.equal(await ask(), 'refused', when);
      assert.equal(await ask(otherClient), 'refused', when);
      assert.equal(await ask(expiredClient), 'refused', when);
      assert.equal(await ask(serving[0]), 'refused', when);
      await renewPair();
    }
  });

  it('reloads the CA when its file changes', async (t) => {
    const { ask, metric, replaceCa } = await start(t, ca.cert);
    replaceCa(ca.cert + otherCa.cert);
    await until(() => metric('certificate_reloads_total{result="success"} 1'));
    assert.deepEqual([await ask(client), await ask(otherClient)], [200, 200]);
    const resuming = agentOf(client);
    assert.equal(await ask(client, resuming), 200);
    replaceCa(otherCa.cert);
    await until(() => metric('certificate_reloads_total{result="success"} 2'));
    assert.deepEqual([await ask(client), await ask(otherClient), await ask()], ['refused', 200, 'refused']);
    assert.equal(await ask(client, resuming), 'refused', 'a TLS session from before');
  });

  it('keeps the last valid CA when the next one is broken', async (t) => {
    const { ask, metric, replaceCa, renewPair } = await start(t, ca.cert);
    replaceCa('hello');
    await until(() => metric('certificate_reloads_total{result="failure"} 1'));
    assert.ok(await metric('certificate_last_reload_successful 0'));
    await renewPair();
    assert.ok(await metric('certificate_last_reload_successful 0'), 'the CA is still broken');
    assert.deepEqual([await ask(client), await ask(otherClient), await ask()], [200, 'refused', 'refused']);
    replaceCa(ca.cert);
    await until(() => metric('certificate_last_reload_successful 1'));
  });

  it('is unready with an expired CA until the file holds a valid one', async (t) => {
    const past = { notBefore: new Date(Date.now() - 3 * DAY_MS), days: 2 };
    const { metric, readyz, replaceCa } = await start(t, (await makePair({ ca: true, ...past })).cert);
    const { status, body } = await readyz();
    assert.equal(status, 503);
    assert.match(JSON.parse(body).error['client-ca'].message, /^valid from .*Z to .*Z$/);
    assert.ok(await metric('certificate_last_reload_successful 1'));
    replaceCa(ca.cert);
    await until(async () => (await readyz()).status === 200);
  });

  it('ends the start if the file is missing or broken', async () => {
    const files = MountedVolume.create({ 'ca.crt': '', 'key.pem': ca.key });
    const expected: [string, RegExp][] = [
      ['none', /none cannot be read: ENOENT/],
      ['ca.crt', /ca\.crt: expected a PEM certificate, got an empty file/],
      ['key.pem', /key\.pem: expected a PEM certificate, got PRIVATE KEY/],
    ];
    for (const [name, message] of expected) {
      const env = { INJECTOR_WEBHOOK_CLIENT_CA: files.file(name) };
      await assert.rejects(Service.start('{}', env), { name: 'CertificateError', message });
    }
    files.remove();
  });

  it('is off by default: no certificate is asked for', async () => {
    const service = await Service.start();
    assert.equal((await service.request({ body: BODY })).status, 200);
    await service.stop();
  });
});
