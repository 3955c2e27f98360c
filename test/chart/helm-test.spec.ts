import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, describe, it } from 'node:test';
import { loadConfiguration } from '../../src/config/load.js';
import { snapshotOf } from '../../src/config/snapshot.js';
import { ServiceAccount } from '../http/namespaces/service-account.js';
import { makePair } from '../http/tls/pairs.js';
import { patched } from '../unit/golden/golden-case.js';
import { CHART, find, type KubernetesObject, render } from './chart.js';

const { injector } = snapshotOf(loadConfiguration({}), undefined);

interface Answer {
  readonly code: number;
  readonly body: KubernetesObject;
}

describe('helm test', () => {
  const account = new ServiceAccount();
  let server: ReturnType<typeof createServer>;
  let received: {
    readonly url: string | undefined;
    readonly authorization: string | undefined;
    readonly pod: KubernetesObject;
  }[];
  /** The API server's answers, in order. The last one repeats. */
  let answers: ((pod: KubernetesObject) => Answer)[];

  before(async () => {
    const pair = await makePair();
    account.write('token', 'a-token').write('ca.crt', pair.cert);
    server = createServer(pair, async (request, response) => {
      const pod = JSON.parse(await text(request));
      received.push({ url: request.url, authorization: request.headers.authorization, pod });
      const { code, body } = (answers.length > 1 ? answers.shift() : answers[0])?.(pod) ?? {
        code: 500,
        body: '',
      };
      response.writeHead(code).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => {
    server.close();
    account.remove();
  });
  beforeEach(() => {
    received = [];
  });

  it('creates a Pod that opts in as a dry run, and succeeds if it comes back injected', async () => {
    answers = [(pod) => ({ code: 201, body: injected(pod) })];
    const { code, output } = await runTest();
    assert.equal(code, 0, output);
    assert.match(output, /in namespace default was injected with init-iptables and proxy-sidecar/);
    const [request] = received;
    assert.equal(request?.url, '/api/v1/namespaces/default/pods?dryRun=All');
    assert.equal(request?.authorization, 'Bearer a-token');
    assert.equal(request?.pod.metadata.labels['proxy-injection'], 'enabled');
  });

  it('retries until the injector is up', async () => {
    answers = [
      () => ({ code: 500, body: { message: 'failed calling webhook "pods": no endpoints available' } }),
      (pod) => ({ code: 201, body: injected(pod) }),
    ];
    const { code, output } = await runTest(10);
    assert.equal(code, 0, output);
    assert.match(output, /Retrying: The API server cannot reach the injector/);
  });

  const FAILURES: readonly (readonly [string, Answer, RegExp])[] = [
    [
      'the injector does not answer',
      {
        code: 500,
        body: { message: 'failed calling webhook "pods": x509: certificate signed by unknown authority' },
      },
      /does not trust its certificate: failed.*unknown authority[\s\S]*kubectl -n proxy-system logs --prefix --tail=-1 -l app/,
    ],
    [
      'the Pod comes back unchanged',
      { code: 201, body: { metadata: {}, spec: { containers: [{ name: 'app' }] } } },
      /came back without a proxy \(app\)[\s\S]*kubectl get mutatingwebhookconfiguration proxy-injector\.proxy-system -o/,
    ],
    [
      'the namespace does not allow such Pods',
      { code: 403, body: { message: 'pods "a" is forbidden: violates PodSecurity "baseline:latest"' } },
      /does not allow Pods with NET_ADMIN[\s\S]*kubectl label namespace default/,
    ],
    [
      'the namespace does not exist',
      { code: 404, body: { message: 'not found' } },
      /Namespace default does not exist: set test\.namespace/,
    ],
    [
      'something other than the API server answers',
      { code: 502, body: '<html>Bad gateway' },
      /rejected the Pod with 502: <html>Bad gateway/,
    ],
  ];
  for (const [situation, answer, expected] of FAILURES) {
    it(`fails and shows where to look if ${situation}`, async () => {
      answers = [() => answer];
      const { code, output } = await runTest();
      assert.equal(code, 1, output);
      assert.match(output, expected);
    });
  }

  /** Runs the script with the environment of the chart's test Pod. */
  async function runTest(timeoutSeconds = 0): Promise<{ code: number; output: string }> {
    const { env } = find(render({ values: {} }), 'Pod').spec.containers[0];
    const child = spawn(process.execPath, [join(CHART, 'files', 'helm-test.mjs')], {
      env: {
        ...Object.fromEntries(env.map(({ name, value }: { name: string; value: string }) => [name, value])),
        TEST_TIMEOUT_SECONDS: String(timeoutSeconds),
        API_CREDENTIALS: account.directory,
        KUBERNETES_SERVICE_HOST: '127.0.0.1',
        KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
      },
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code, output: out + err };
  }
});

function injected(pod: KubernetesObject): unknown {
  const decision = injector.decide(
    pod,
    { operation: 'CREATE', kind: '/v1/Pod', namespace: 'default' },
    { annotations: {} },
  );
  assert.equal(decision.outcome, 'injected');
  return decision.outcome === 'injected' && patched(pod, injector.patch(decision));
}
