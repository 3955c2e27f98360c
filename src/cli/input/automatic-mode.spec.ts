import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { automaticMode, parseKubeVersion } from './automatic-mode.js';

describe('the mode auto', () => {
  const CASES = [
    ['1.28', 'container'],
    ['v1.28.15', 'container'],
    ['1.29', 'native'],
    ['v1.29.0-rc.1', 'native'],
    ['1.30+', 'native'],
    ['v1.33.4-gke.1245000', 'native'],
    ['2.0', 'native'],
  ] as const;
  for (const [version, mode] of CASES) {
    it(`is ${mode} on Kubernetes ${version}`, () => {
      const parsed = parseKubeVersion(version);
      assert.ok(parsed);
      assert.equal(automaticMode(parsed), mode);
    });
  }

  it('is native if the version is unknown', () => assert.equal(automaticMode(undefined), 'native'));

  for (const text of ['', '1', 'v1', '1.x', 'latest', '1.29rc']) {
    it(`has no mode for what is not a version: ${JSON.stringify(text)}`, () => {
      assert.equal(parseKubeVersion(text), undefined);
    });
  }
});
