import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { loadConfiguration } from '../../../src/config/load.js';
import { snapshotOf } from '../../../src/config/snapshot.js';
import { Injector } from '../../../src/core/injector.js';
import { asObject, type JsonObject } from '../../../src/core/values/json.js';
import { ROOT } from '../../../tools/checkout.js';
import { patched } from '../../unit/golden/golden-case.js';
import { IDENTITY } from '../../unit/golden/through-core.js';
import type { KubernetesObject } from '../chart.js';
import { apiServerProblems } from '../kube-check.js';
import { documentedConfigurations } from './documented-configurations.js';

const APP = { name: 'app', image: 'app:1', ports: [{ name: 'http', containerPort: 8080 }] };
const PROBE = { httpGet: { port: 'http' } };

/** What the Pods of a cluster look like. */
const PODS: { readonly [name: string]: JsonObject } = {
  'a plain Pod': {},
  'a Pod with probes': { containers: [{ ...APP, livenessProbe: PROBE, readinessProbe: PROBE }] },
  'the Pod of a Job': { restartPolicy: 'Never' },
  'a Pod with init containers': {
    initContainers: [
      { name: 'wait', image: 'app:1' },
      { name: 'log', image: 'log:1', restartPolicy: 'Always', startupProbe: { tcpSocket: { port: 1 } } },
    ],
  },
  'a restricted Pod': {
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        ...APP,
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
  },
  'a Pod with users of its own': { hostUsers: false },
  'a Pod for Linux': { os: { name: 'linux' }, nodeSelector: { 'kubernetes.io/os': 'linux' } },
  'a Pod with resources of its own': {
    resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
  },
  'a Pod with shared processes': { shareProcessNamespace: true },
  'the Pod of an example': parse(readFileSync(join(ROOT, 'docs/examples/deployment.yaml'), 'utf8')).spec
    .template.spec,
};

/** OpenShift assigns ranges of users and groups to namespaces. */
const NAMESPACE = {
  annotations: {
    'openshift.io/sa.scc.uid-range': '1000700000/10000',
    'openshift.io/sa.scc.supplemental-groups': '1000700000/10000',
  },
};
const REQUEST = { operation: 'CREATE', kind: '/v1/Pod', namespace: 'shop' };

describe('the API server accepts injected Pods without a warning', () => {
  const rows = documentedConfigurations().flatMap(({ name, configuration }) =>
    modesOf(configuration).flatMap((mode) => {
      const injector = injectorOf(configuration, mode);
      return Object.entries(PODS).map(([pod, spec]) => ({
        title: `${name}: ${pod}, mode ${mode}`,
        pod: injected(injector, spec),
      }));
    }),
  );
  const problems = apiServerProblems(rows.map(({ pod }) => pod));

  for (const [index, { title }] of rows.entries()) {
    it(title, () => assert.equal(problems[index], null));
  }
});

describe('the documented configurations', () => {
  const names = documentedConfigurations().map(({ name }) => name.replace(/,.*/, ''));
  for (const name of [
    'preset envoy',
    'docs/examples/injector-for-envoy.yaml',
    'docs/guides/configuration.md',
  ]) {
    it(`include ${name}`, () => assert.ok(names.includes(name)));
  }
});

/** Node mode requires native mode. */
function modesOf({ redirect }: JsonObject): string[] {
  return asObject(redirect).by === 'node' ? ['native'] : ['container', 'native'];
}

function injectorOf(configuration: JsonObject, mode: string): Injector {
  const directory = mkdtempSync(join(tmpdir(), 'documented-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, JSON.stringify(configuration));
    const loaded = loadConfiguration({ INJECTOR_CONFIG: file, INJECTOR_PROXY_MODE: mode });
    return new Injector(snapshotOf(loaded, undefined).injector.settings, IDENTITY);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function injected(injector: Injector, spec: JsonObject): KubernetesObject {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { containers: [APP], ...spec },
  };
  const decision = injector.decide(pod, REQUEST, NAMESPACE);
  if (decision.outcome !== 'injected') throw new Error(decision.message);
  return patched(pod, injector.patch(decision)) as KubernetesObject;
}
