import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../src/core/values/json.js';
import { ROOT } from '../../tools/checkout.js';
import { find, type KubernetesObject, render } from './chart.js';

const NAME = 'proxy-injector-config-check';

/** The objects of the hook, without their common fields. */
function hook(values: JsonObject = {}): {
  job: KubernetesObject;
  map: KubernetesObject;
  account: KubernetesObject;
} {
  const objects = render({ values });
  return {
    job: find(objects, 'Job', NAME),
    map: find(objects, 'ConfigMap', NAME),
    account: find(objects, 'ServiceAccount', NAME),
  };
}

/** Runs the container of the hook's Job on this checkout, with the file that it mounts. */
function run(values: JsonObject): { code: number | null; output: string } {
  const { job, map } = hook(values);
  const [{ args, env = [], volumeMounts }] = job.spec.template.spec.containers;
  const [program, ...parameters] = args as [string, ...string[]];
  assert.equal(program, 'dist/cli/main.js');
  const directory = mkdtempSync(join(tmpdir(), 'config-check-'));
  try {
    for (const [name, text] of Object.entries<string>(map.data)) writeFileSync(join(directory, name), text);
    const here = parameters.map((parameter) => parameter.replace(volumeMounts[0].mountPath, directory));
    const variables = env.map(({ name, value }: { name: string; value: string }) => [name, value]);
    const options = {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ...Object.fromEntries(variables) },
    } as const;
    const main = join(ROOT, '.build', 'src', 'cli', 'main.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...here], options);
    return { code: status, output: stdout + stderr };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('the check of the configuration', () => {
  it('passes the default values', () => {
    const { code, output } = run({});
    assert.equal(code, 0, output);
    assert.match(output, /valid \(hash [0-9a-f]{16}\)/);
  });

  it('fails on a configuration that the schema accepts and the service rejects, and says why', () => {
    const { code, output } = run({ config: { redirect: { skipInboundPorts: '5054' } } });
    assert.equal(code, 2);
    assert.match(output, /redirect\.skipInboundPorts: expected ports other than the proxy's own/);
  });

  it('sees the variables of the replicas that override settings, and no others', () => {
    const valueFrom = { secretKeyRef: { name: 'a', key: 'b' } };
    const extraEnv = [
      { name: 'INJECTOR_PROXY_TCP_PORT', value: 'http' },
      { name: 'INJECTOR_LOG_LEVEL', valueFrom },
      { name: 'TOKEN', value: 'a' },
    ];
    const [{ env }] = hook({ extraEnv }).job.spec.template.spec.containers;
    assert.deepEqual(env, [extraEnv[0]]);
    assert.match(run({ extraEnv }).output, /INJECTOR_PROXY_TCP_PORT proxy\.tcpPort: expected a whole number/);
  });

  it('has the configuration, the image, and the place of the replicas', () => {
    const values = {
      image: { tag: 'new' },
      tolerations: [{ operator: 'Exists' }],
      imagePullSecrets: [{ name: 'a' }],
    };
    const { job, map } = hook(values);
    const objects = render({ values });
    assert.deepEqual(map.data, find(objects, 'ConfigMap', 'proxy-injector').data);
    const replica = find(objects, 'Deployment').spec.template.spec;
    const { containers, ...pod } = job.spec.template.spec;
    for (const field of ['nodeSelector', 'tolerations', 'imagePullSecrets', 'securityContext']) {
      assert.deepEqual(pod[field], replica[field], field);
    }
    for (const field of ['image', 'imagePullPolicy', 'securityContext']) {
      assert.deepEqual(containers[0][field], replica.containers[0][field], field);
    }
  });

  it('runs before anything changes, after the objects that it needs, and has no token', () => {
    const { job, map, account } = hook();
    for (const { metadata } of [job, map, account]) {
      assert.equal(metadata.annotations['helm.sh/hook'], 'pre-install,pre-upgrade');
      const isJob = metadata === job.metadata;
      assert.match(
        metadata.annotations['helm.sh/hook-delete-policy'],
        isJob ? /hook-succeeded$/ : /hook-failed$/,
      );
    }
    const weight = ({ metadata }: KubernetesObject) => Number(metadata.annotations['helm.sh/hook-weight']);
    assert.ok(weight(job) > weight(map) && weight(job) > weight(account));
    const { serviceAccountName, automountServiceAccountToken } = job.spec.template.spec;
    assert.equal(serviceAccountName, account.metadata.name);
    assert.deepEqual([automountServiceAccountToken, account.automountServiceAccountToken], [false, false]);
  });

  it('can be turned off', () => {
    const objects = render({ values: { configCheck: { enabled: false } } });
    assert.deepEqual(
      objects.filter(({ metadata }) => metadata.name === NAME),
      [],
    );
  });
});
