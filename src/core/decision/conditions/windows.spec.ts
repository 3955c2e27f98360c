import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subject } from '../../../../test/support/core-cases.js';
import type { JsonObject } from '../../values/json.js';
import { decide } from '../decision.js';

const OS = 'kubernetes.io/os';
const OPTIONS = { windowsOptions: { runAsUserName: 'ContainerUser' } };

/** A required node affinity. Each term is a list of expressions. */
function required(...terms: (readonly [key: string, operator: string, values?: string[]])[][]): JsonObject {
  const nodeSelectorTerms = terms.map((expressions) => ({
    matchExpressions: expressions.map(([key, operator, values]) => ({ key, operator, values })),
  }));
  return affinity({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } });
}

function affinity(nodeAffinity: object): JsonObject {
  return { affinity: { nodeAffinity } };
}

const WINDOWS: readonly [string, JsonObject][] = [
  ['names Windows as its OS', { os: { name: 'windows' } }],
  ['selects Windows nodes', { nodeSelector: { [OS]: 'windows' } }],
  ['selects Windows nodes by the deprecated label', { nodeSelector: { 'beta.kubernetes.io/os': 'windows' } }],
  ['has Windows options', { securityContext: OPTIONS }],
  ['has a container with Windows options', { containers: [{ name: 'app', securityContext: OPTIONS }] }],
  [
    'has an init container with Windows options',
    { initContainers: [{ name: 'a', securityContext: OPTIONS }] },
  ],
  ['requires Windows nodes', required([[OS, 'In', ['windows']]])],
  [
    'requires Windows nodes by the deprecated label',
    required([['beta.kubernetes.io/os', 'In', ['windows']]]),
  ],
  ['requires nodes that do not run Linux', required([[OS, 'NotIn', ['linux']]])],
  [
    'requires Windows nodes with another label',
    required([
      ['disk', 'Exists'],
      [OS, 'In', ['windows']],
    ]),
  ],
  [
    'requires Windows nodes in every alternative',
    required([[OS, 'In', ['windows']]], [[OS, 'NotIn', ['linux']]]),
  ],
];

const LINUX: readonly [string, JsonObject][] = [
  ['names Linux as its OS', { os: { name: 'linux' }, nodeSelector: { [OS]: 'linux' } }],
  ['has empty Windows options', { securityContext: { windowsOptions: {} } }],
  ['has no Windows options', { securityContext: { windowsOptions: null } }],
  ['has Windows options without a value', { securityContext: { windowsOptions: { hostProcess: null } } }],
  ['requires Linux nodes', required([[OS, 'In', ['linux']]])],
  ['requires nodes that do not run Windows', required([[OS, 'NotIn', ['windows']]])],
  ['accepts both', required([[OS, 'In', ['windows', 'linux']]])],
  [
    'requires Windows nodes in one alternative only',
    required([[OS, 'In', ['windows']]], [['disk', 'Exists']]),
  ],
  ['has no alternatives', required()],
  ['has a label that says windows', required([['team', 'In', ['windows']]])],
  ['requires a label of any value', required([[OS, 'Exists']])],
  [
    'prefers Windows nodes',
    affinity({
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: OS, operator: 'In', values: ['windows'] }] } },
      ],
    }),
  ],
  ['has nulls', { affinity: null, os: null, nodeSelector: null, securityContext: null }],
];

describe('a Windows Pod', () => {
  for (const [name, spec] of WINDOWS) {
    it(`is one that ${name}`, () => assert.equal(reasonOf(spec), 'windows-pod'));
  }

  for (const [name, spec] of LINUX) {
    it(`is not one that ${name}`, () => assert.equal(reasonOf(spec), 'injected'));
  }
});

function reasonOf(spec: JsonObject): string {
  const decision = decide(subject({ spec }));
  return 'reason' in decision ? decision.reason : decision.outcome;
}
