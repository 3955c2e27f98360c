import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OVERRIDES } from '../settings/overrides.js';
import { namespaceKeys, ownKeys } from './own-keys.js';

describe(ownKeys.name, () => {
  const rows: { [title: string]: [map: unknown, own: object] } = {
    'keeps the toggle, overrides, and misspelled keys': [
      { 'proxy-injection': 'disabled', 'proxy-injection/mode': 'native', 'proxy-injection/mood': '' },
      { 'proxy-injection': 'disabled', 'proxy-injection/mode': 'native', 'proxy-injection/mood': '' },
    ],
    'drops all other keys': [
      {
        team: 'a',
        'proxy-injection': 'x',
        'proxy-injections': 'b',
        'a/proxy-injection': 'c',
        constructor: 'd',
      },
      { 'proxy-injection': 'x' },
    ],
    'takes null for an empty map': [null, {}],
    'takes a missing map for an empty one': [undefined, {}],
  };
  for (const [title, [map, own]] of Object.entries(rows)) {
    test(title, () => assert.deepEqual(ownKeys(map), own));
  }

  test('replaces values beyond 32 Ki characters', () => {
    const value = 'x'.repeat(16_000);
    const map = { 'proxy-injection': 'enabled', 'proxy-injection/a': value, 'proxy-injection/b': value };
    assert.deepEqual(ownKeys(map), map);
    assert.deepEqual(ownKeys({ ...map, 'proxy-injection/c': value, 'proxy-injection/d': '' }), {
      ...map,
      'proxy-injection/c': '(too long)',
      'proxy-injection/d': '(too long)',
    });
  });

  test('replaces them by what no override accepts', () => {
    const [value] = Object.values(ownKeys({ 'proxy-injection': 'x'.repeat(100_000) }));
    for (const { key, parse } of OVERRIDES) assert.equal(parse(String(value)), undefined, key);
  });

  test('leaves room for the longest valid values', () => {
    const cidrs = Array.from({ length: 300 }, () => '2001:0db8:0000:0000:0000:0000:0000:0001/128').join();
    const ports = Array.from({ length: 300 }, () => '10000-20000').join();
    const map = {
      'proxy-injection/skip-inbound-ports': ports,
      'proxy-injection/skip-outbound-cidrs': cidrs,
      'proxy-injection/skip-outbound-ports': ports,
    };
    assert.deepEqual(ownKeys(map), map);
  });

  test('keeps at most 64 keys', () => {
    const map = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`proxy-injection/${n}`, '']));
    assert.equal(Object.keys(ownKeys(map)).length, 64);
  });
});

describe(namespaceKeys.name, () => {
  const ranges = {
    'openshift.io/sa.scc.uid-range': '1000650000/10000',
    'openshift.io/sa.scc.supplemental-groups': '1000650000/10000',
  };

  test('keeps the ranges of users and groups besides the own keys', () => {
    const kept = { ...ranges, 'proxy-injection': 'enabled' };
    assert.deepEqual(namespaceKeys({ ...kept, 'openshift.io/sa.scc.mcs': 's0:c26,c5' }), kept);
  });

  test('bounds what it keeps of them', () => {
    const { length } = JSON.stringify(
      namespaceKeys(Object.fromEntries(Object.keys(ranges).map((key) => [key, '1'.repeat(100_000)]))),
    );
    assert.ok(length < 33_000);
  });
});
