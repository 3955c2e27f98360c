import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proxyInjector } from './command-line.js';

const CONFIGURATION = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: mesh}
webhooks:
  - name: pods.injector.mesh.svc
    clientConfig: {service: {name: injector, namespace: mesh, path: /mutate}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
    namespaceSelector: {matchLabels: {environment: test}}
    objectSelector:
      matchExpressions:
        - {key: batch.kubernetes.io/job-name, operator: DoesNotExist}
    matchConditions:
      - {name: not-legacy, expression: "!has(object.spec.hostNetwork)"}
      - {name: no-nodes, expression: "!('system:nodes' in request.userInfo.groups)"}
`;
const OTHER = CONFIGURATION.replaceAll('injector', 'other').replace('/mutate', '/inject');
const NAMESPACE =
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {environment: test, proxy-injection: enabled}}\n';
const TEMPLATE = 'template: {spec: {restartPolicy: Never, containers: [{name: app, image: a}]}}';
const JOB = `apiVersion: batch/v1\nkind: Job\nmetadata: {name: web, namespace: shop}\nspec: {${TEMPLATE}}\n`;
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {containers: [{name: app, image: a}]}\n';
const KNOWN = CONFIGURATION.replace(/ +- \{name: no-nodes.*\n/, '');
const TITLE = 'Whether the API server calls the webhook, by its configuration:';

async function sectionOf(...documents: readonly string[]): Promise<string> {
  const { stdout } = await proxyInjector(['explain', '-f', '-'], { stdin: documents.join('---\n') });
  const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/g, '  '));
  const [decision, given] = lines.slice(lines.indexOf(TITLE) + 1);
  return `${decision}: ${given}`;
}

describe('a webhook configuration in the input', () => {
  it('decides by its selectors instead of those of the chart', async () => {
    const other = NAMESPACE.replace('environment: test, ', '');
    assert.equal(
      await sectionOf(KNOWN, other, POD),
      'no  pods.injector.mesh.svc  namespaceSelector environment in (test) (<stdin>:8:39): namespace label environment is not set',
    );
    assert.equal(
      await sectionOf(KNOWN, POD),
      'unknown  pods.injector.mesh.svc  namespaceSelector environment in (test) (<stdin>:8:39): namespace label environment is unknown',
    );
  });

  it('knows the labels that controllers add', async () => {
    assert.equal(
      await sectionOf(KNOWN, NAMESPACE, JOB),
      'no  pods.injector.mesh.svc  objectSelector !batch.kubernetes.io/job-name (<stdin>:11:11): ' +
        'pod label batch.kubernetes.io/job-name is set to an unknown value',
    );
    assert.match(await sectionOf(KNOWN, NAMESPACE, POD), /^yes /);
  });

  it('decides by its match conditions, as far as they read what is known', async () => {
    const host = POD.replace('spec: {', 'spec: {hostNetwork: true, ');
    assert.equal(
      await sectionOf(CONFIGURATION, NAMESPACE, host),
      'no  pods.injector.mesh.svc  match condition not-legacy (<stdin>:13:9): it is false',
    );
    assert.equal(
      await sectionOf(CONFIGURATION, NAMESPACE, POD),
      'unknown  pods.injector.mesh.svc  match condition no-nodes (<stdin>:14:9): ' +
        'it reads request.userInfo, which is not known before the Pod is created',
    );
  });

  it('is ignored if it is that of another program', async () => {
    const { stdout } = await proxyInjector(['explain', '-f', '-'], {
      stdin: [OTHER, NAMESPACE, POD].join('---\n'),
    });
    assert.match(stdout, /by the chart's selectors:/);
  });

  it('is explained with -o json', async () => {
    const stdin = [KNOWN, NAMESPACE, JOB].join('---\n');
    const { stdout } = await proxyInjector(['explain', '-o', 'json', '-f', '-'], { stdin });
    assert.deepEqual(JSON.parse(stdout)[0].webhook, {
      called: false,
      facts: [],
      webhooks: [
        {
          name: 'pods.injector.mesh.svc',
          configuration: 'mesh',
          called: false,
          decidedBy: 'objectSelector !batch.kubernetes.io/job-name',
          given: 'pod label batch.kubernetes.io/job-name is set to an unknown value',
          origin: '<stdin>:11:11',
        },
      ],
    });
  });

  it('lets inject --strict fail for workloads that it never selects, but not for injected ones', async () => {
    const strict = async (...documents: string[]) => {
      const { code } = await proxyInjector(['inject', '--strict', '-f', '-'], {
        stdin: documents.join('---\n'),
      });
      return code;
    };
    assert.equal(await strict(KNOWN, NAMESPACE, POD), 0);
    assert.equal(await strict(KNOWN, NAMESPACE, JOB), 1);
    assert.equal(await strict(CONFIGURATION, NAMESPACE, POD), 0);
    const condition =
      "!has(object.metadata.annotations) || !('proxy-injection/status' in object.metadata.annotations)";
    const chart = KNOWN.replace('!has(object.spec.hostNetwork)', condition);
    const { stdout: injected } = await proxyInjector(['inject', '-f', '-'], { stdin: POD });
    assert.equal(await strict(chart, NAMESPACE, injected), 0);
    const { stdout } = await proxyInjector(['explain', '-f', '-'], {
      stdin: [chart, NAMESPACE, injected].join('---\n'),
    });
    assert.match(stdout, /: not called\. The API server does not call the webhook for this Pod\.\n/);
  });
});
