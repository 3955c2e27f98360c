import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OVERRIDES } from '../../core/settings/overrides.js';
import { validity } from './validity.js';

describe('the values of overrides', () => {
  for (const { key, type } of OVERRIDES) {
    it(`of ${key} can be checked in CEL`, () => {
      assert.notEqual(validity(type, 'variables.given'), undefined);
    });
  }
});
