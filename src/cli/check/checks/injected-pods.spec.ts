import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../../../core/values/json.js';
import { failure } from './injected-pods.js';

const INJECTED = { annotations: { 'proxy-injection/status': 'injected' } };

function pod(initContainer: JsonObject, metadata: JsonObject = INJECTED): JsonObject {
  return { metadata, status: { initContainerStatuses: [{ name: 'init-iptables', ...initContainer }] } };
}

const FAILED = { terminated: { exitCode: 1, message: 'modprobe: none\nnft: no NET_ADMIN\n' } };

const TABLE: readonly (readonly [string, JsonObject, string | undefined])[] = [
  ['it has not run', pod({ state: { waiting: { reason: 'PodInitializing' } } }), undefined],
  ['its image is pulled', pod({ state: { waiting: { reason: 'ContainerCreating' } } }), undefined],
  ['it has succeeded', pod({ state: { terminated: { exitCode: 0 } } }), undefined],
  ['it has failed', pod({ state: FAILED }), 'nft: no NET_ADMIN'],
  [
    'it is about to run again',
    pod({ state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } }, lastState: FAILED }),
    'nft: no NET_ADMIN',
  ],
  ['it said nothing', pod({ state: { terminated: { exitCode: 137 } } }), 'exit code 137'],
  [
    'its image is missing',
    pod({ state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }),
    'ErrImagePull: not found',
  ],
  ['the Pod is not injected', pod({ state: FAILED }, {}), undefined],
  ['there is no status yet', { metadata: INJECTED }, undefined],
];

describe('the failure of the init container, if', () => {
  for (const [name, given, expected] of TABLE) it(name, () => assert.equal(failure(given), expected));
});
