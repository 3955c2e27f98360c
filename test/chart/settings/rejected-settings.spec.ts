import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfiguration } from '../../../src/config/load.js';
import type { JsonObject } from '../../../src/core/values/json.js';
import { errorsOf, podWith } from './api-server.js';
import { CONTAINERS, INIT_CONTAINERS } from './rejected-containers.js';
import { VOLUMES } from './rejected-volumes.js';

/** An annotation, and the path in the configuration's error. */
const ANNOTATIONS: readonly (readonly [string, string, string])[] = [
  ['controller.kubernetes.io/pod-deletion-cost', '+1', '["controller.kubernetes.io/pod-deletion-cost"]'],
  ['container.apparmor.security.beta.kubernetes.io/app', 'unconfined', ''],
  [
    'container.seccomp.security.alpha.kubernetes.io/a',
    'b',
    '["container.seccomp.security.alpha.kubernetes.io/a"]',
  ],
];

describe('settings that the API server would reject in every Pod', () => {
  const EMPTY = [{ name: 'v' }];
  const rows = [
    ...CONTAINERS.map(([title, container, path]) => ({
      title: `proxy.container: ${title}`,
      config: { proxy: { container }, pod: { volumes: EMPTY } },
      pod: podWith(container, EMPTY),
      path: `proxy.container.${path}`,
    })),
    ...INIT_CONTAINERS.map(([title, container, path]) => ({
      title: `init.container: ${title}`,
      config: { init: { container } },
      pod: podWith(container, [], { isInit: true }),
      path: `init.container.${path}`,
    })),
    ...VOLUMES.map(([title, volume, path]) => ({
      title: `pod.volumes: ${title}`,
      config: { pod: { volumes: [{ name: 'v', ...volume }] } },
      pod: podWith({}, [{ name: 'v', ...volume }]),
      path: `pod.volumes[0]${path}`,
    })),
    ...ANNOTATIONS.map(([key, value, path]) => ({
      title: `pod.annotations: ${key}`,
      config: { pod: { annotations: { [key]: value } } },
      pod: {
        ...podWith({}, []),
        metadata: { name: 'a', namespace: 'default', annotations: { [key]: value } },
      },
      path: `pod.annotations${path}`,
    })),
    {
      title: 'pod.volumes: two of the same name',
      config: { pod: { volumes: [...EMPTY, ...EMPTY] } },
      pod: podWith({}, [...EMPTY, ...EMPTY]),
      path: 'pod.volumes[1].name',
    },
  ];
  const errors = errorsOf(rows.map(({ pod }) => pod));

  for (const [index, { title, config, path }] of rows.entries()) {
    it(`are rejected by the configuration: ${title}`, () => {
      assert.notDeepEqual(errors[index], [], 'the API server accepts it');
      assert.ok(errorOf(config).includes(` ${path}: expected `), errorOf(config));
    });
  }
});

function errorOf(config: JsonObject): string {
  const directory = mkdtempSync(join(tmpdir(), 'rejected-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, JSON.stringify(config));
    loadConfiguration({ INJECTOR_CONFIG: file });
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
