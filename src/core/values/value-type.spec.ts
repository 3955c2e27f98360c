import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CIDRS } from './cidrs.js';
import { INTERFACES } from './interfaces.js';
import { PORTS } from './ports.js';

const ROWS = [
  [
    'ports',
    PORTS,
    ['80', '00080', ' 80 , 443,8000-65535 ', '1-59999,9999'],
    ['http', '123456', '80;', '80,', '80-'],
  ],
  [
    'CIDRs',
    CIDRS,
    ['10.0.0.0/8', 'fd00::/8, 0.0.0.0/0', '::/0', '1:2:3:4:5:6:7:8/128', '::10.0.0.0/104'],
    ['10.0.0.0', '10.0.0.0/08', 'a.example/8', ',10.0.0.0/8'],
  ],
  [
    'interfaces',
    INTERFACES,
    ['docker0,veth*', 'a', 'a.b_c-d', ' eth0 '],
    ['veth/0', '*', 'a*b', 'sixteen-letters-'],
  ],
] as const;

describe('the JSON Schema of a list', () => {
  for (const [title, { parse, schema }, valid, invalid] of ROWS) {
    const pattern = new RegExp(String(schema?.pattern));
    const isValid = (text: string) => [parse(text) !== undefined, pattern.test(text)];
    it(`accepts the ${title} that are valid`, () => {
      for (const text of ['', ' ', ...valid]) assert.deepEqual(isValid(text), [true, true], text);
    });

    it(`rejects ${title} that are not`, () => {
      for (const text of invalid) assert.deepEqual(isValid(text), [false, false], text);
    });
  }
});
