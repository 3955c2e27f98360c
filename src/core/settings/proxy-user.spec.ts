import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StringMap } from '../values/shape.js';
import { resolveProxyUser } from './proxy-user.js';
import type { ProxySettings } from './settings.js';

const USERS = 'openshift.io/sa.scc.uid-range';
const GROUPS = 'openshift.io/sa.scc.supplemental-groups';
const BOTH = { uid: 'namespace', gid: 'namespace' } as const;
const RANGE = 'a range of two or more IDs up to 2147483647, as START/LENGTH or START-END';
const RANGES = `${RANGE}, or several with commas between them`;

type Ids = Pick<ProxySettings, 'uid' | 'gid'>;

/** The configured IDs, the annotations of the namespace, and the resulting user and group. */
const RESOLVED: readonly [title: string, ids: Ids, namespace: StringMap, user: [uid: number, gid: number]][] =
  [
    ['fixed IDs, whatever the namespace', { uid: 7, gid: 8 }, { [USERS]: '1/10', [GROUPS]: 'x' }, [7, 8]],
    ['the last ID of each range', BOTH, { [USERS]: '1000/10', [GROUPS]: '2000-2099' }, [1009, 2099]],
    ['the last group of the first range', BOTH, { [USERS]: '1000/10', [GROUPS]: '20/5,30/5' }, [1009, 24]],
    ['the group from the range of users without one of groups', BOTH, { [USERS]: '1000/10' }, [1009, 1009]],
    ['only the user', { uid: 'namespace', gid: 8 }, { [USERS]: '1000/10', [GROUPS]: 'x' }, [1009, 8]],
    ['only the group', { uid: 7, gid: 'namespace' }, { [USERS]: 'x', [GROUPS]: '20/5' }, [7, 24]],
  ];

/** The same for namespaces that do not say which user and group the proxy has, and the violations. */
const VIOLATED: readonly [title: string, ids: Ids, namespace: StringMap, violations: string[]][] = [
  [
    'names both annotations if there is none',
    BOTH,
    {},
    [
      `namespace annotation ${USERS}: expected ${RANGE}, got nothing`,
      `namespace annotation ${GROUPS}: expected ${RANGES}, got nothing`,
    ],
  ],
  [
    'names only the invalid one',
    BOTH,
    { [USERS]: '1000/10', [GROUPS]: '20/5,x' },
    [`namespace annotation ${GROUPS}: expected ${RANGES}, got "20/5,x"`],
  ],
  [
    'names an annotation that both come from once',
    BOTH,
    { [USERS]: '1000' },
    [`namespace annotation ${USERS}: expected ${RANGE}, got "1000"`],
  ],
  [
    'takes no list for the user',
    { uid: 'namespace', gid: 8 },
    { [USERS]: '1000/10,2000/10' },
    [`namespace annotation ${USERS}: expected ${RANGE}, got "1000/10,2000/10"`],
  ],
  [
    'takes no range that has only the ID of the app',
    { uid: 'namespace', gid: 8 },
    { [USERS]: '1000/1' },
    [`namespace annotation ${USERS}: expected ${RANGE}, got "1000/1"`],
  ],
  [
    'takes an empty annotation for invalid, also of groups',
    { uid: 7, gid: 'namespace' },
    { [USERS]: '1000/10', [GROUPS]: '' },
    [`namespace annotation ${GROUPS}: expected ${RANGES}, got ""`],
  ],
];

describe(resolveProxyUser.name, () => {
  for (const [title, ids, namespace, [uid, gid]] of RESOLVED) {
    it(`returns ${title}`, () => {
      assert.deepEqual(resolveProxyUser(ids, namespace), { user: { uid, gid }, violations: [] });
    });
  }

  for (const [title, ids, namespace, violations] of VIOLATED) {
    it(title, () => assert.deepEqual(resolveProxyUser(ids, namespace), { user: undefined, violations }));
  }
});
