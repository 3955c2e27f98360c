import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subject } from '../../../test/support/core-cases.js';
import { isObject } from '../values/json.js';
import { Evaluation } from './evaluation.js';
import type { FieldPattern } from './fields.js';
import { RULES, type Rule } from './rules.js';
import type { Subject } from './subject.js';

/** A Pod with every field that a rule reads, in which no rule stops early. */
const EVERYTHING = subject({
  annotations: {
    'proxy-injection/status': 'injected',
    'proxy-injection': 'enabled',
    'proxy-injection/mode': 'container',
  },
  labels: { 'proxy-injection': 'enabled' },
  namespace: {
    'proxy-injection': 'enabled',
    'proxy-injection/outbound': 'enabled',
    'openshift.io/sa.scc.uid-range': '1000650000/10000',
    'openshift.io/sa.scc.supplemental-groups': '1000650000/10000',
  },
  namespaceLabels: { 'proxy-injection': 'enabled' },
  spec: {
    hostNetwork: false,
    os: { name: 'linux' },
    nodeSelector: { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/os': 'linux' },
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] },
          ],
        },
      },
    },
    securityContext: { runAsUser: 1, runAsGroup: 1, fsGroup: 1, supplementalGroups: [1] },
    containers: [
      {
        name: 'app',
        ports: [{ containerPort: 1, protocol: 'TCP' }],
        securityContext: { runAsUser: 1, runAsGroup: 1 },
        volumeMounts: [{ name: 'v' }],
        volumeDevices: [{ name: 'v' }],
      },
    ],
    initContainers: [
      {
        name: 'init-iptables',
        env: [{ name: 'PROXY_INIT_RULES_IPV4' }],
        securityContext: {},
        volumeMounts: [{ name: 'v' }],
        volumeDevices: [{ name: 'v' }],
      },
      {
        name: 'proxy-sidecar',
        restartPolicy: 'Always',
        ports: [{ containerPort: 2 }],
        securityContext: {},
        volumeMounts: [{ name: 'v' }],
        volumeDevices: [{ name: 'v' }],
      },
    ],
    volumes: [{ name: 'v' }],
    resources: { limits: { cpu: 'x' } },
  },
  settings: {
    pod: { volumes: [{ name: 'w' }] },
    proxy: {
      uid: 'namespace',
      gid: 'namespace',
      podResources: 'grow',
      container: { ports: [{ containerPort: 7 }] },
    },
  },
});

describe('the `reads` of a rule', () => {
  for (const [index, rule] of RULES.entries()) {
    it(`cover everything that ${rule.reason} reads, except for fields of earlier rules`, () => {
      const known = RULES.slice(0, index + 1).flatMap(({ reads }) => reads);
      const patterns = known.filter(({ path }) => path.length > 0);
      if (rule.reason === 'malformed-pod') return; // It reads the whole Pod.
      assert.deepEqual(
        readsOf(rule).filter((read) => !patterns.some((pattern) => covers(pattern, read))),
        [],
      );
    });

    it(`are all read by ${rule.reason}`, () => {
      const reads = readsOf(rule);
      const covered = (pattern: FieldPattern) => reads.some((read) => covers(pattern, read));
      assert.deepEqual(
        rule.reads.filter((pattern) => pattern.path.length > 0 && !covered(pattern)),
        [],
      );
    });
  }
});

type Read = readonly string[];

/** The paths of all scalars that a rule reads, starting with the part of the subject. */
function readsOf(rule: Rule): Read[] {
  const reads: Read[] = [];
  const { object, request, namespace, settings, foreign, ...others } = EVERYTHING;
  const watched: Subject = {
    object: watch(object, ['pod'], reads),
    request: watch(request, ['request'], reads),
    namespace: watch(namespace, ['namespace'], reads),
    settings: watch(settings, ['settings'], reads),
    foreign: { ...foreign, metadata: watch(foreign.metadata, ['settings', 'foreignProxies'], reads) },
    ...others,
  };
  rule.holds(new Evaluation(watched));
  return reads;
}

function watch<T>(value: T, path: Read, reads: Read[]): T {
  if (!isObject(value) && !Array.isArray(value)) return value;
  const record = (key: string | symbol) => reads.push([...path, String(key)]);
  return new Proxy(value as object, {
    get(target, key) {
      const inner = Reflect.get(target, key);
      if (typeof inner === 'function' || key === 'length') return inner;
      if (!isObject(inner) && !Array.isArray(inner)) record(key);
      return watch(inner, [...path, String(key)], reads);
    },
    getOwnPropertyDescriptor(target, key) {
      record(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  }) as T;
}

/** Whether a read is at or below the pattern. */
function covers({ source, path }: FieldPattern, [part, ...read]: Read): boolean {
  return (
    source === part &&
    path.every((key, index) =>
      key.endsWith('*') ? read[index]?.startsWith(key.slice(0, -1)) : key === read[index],
    )
  );
}
