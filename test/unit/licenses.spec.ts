import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../../tools/checkout.js';

/** Licenses, by their SPDX identifiers, under which a package may go into the image and the command line. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'PSF-2.0', 'Unlicense']);

/** The licenses in an expression that asks for all of them. */
function licensesIn(expression: string): string[] {
  return expression.replace(/^\((.*)\)$/, '$1').split(' AND ');
}

interface Package {
  readonly dev?: boolean;
  readonly license?: string;
}

const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
const production = (Object.entries(packages) as [string, Package][]).filter(
  ([path, { dev = false }]) => path !== '' && !dev,
);

/** The license of a package; from its own package.json, if the lock file has none because it is in an old form. */
function licenseOf(path: string, { license }: Package): string {
  if (license !== undefined) return license;
  const { licenses = [] } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
  return licenses.map(({ type }: { type: string }) => type).join(' OR ');
}

describe('the packages that ship', () => {
  it('have allowed licenses', () => {
    assert.ok(production.length > 50);
    const others = production
      .map(([path, entry]) => `${path}: ${licenseOf(path, entry)}`)
      .filter((line) => !licensesIn(line.split(': ')[1] ?? '').every((license) => ALLOWED.has(license)));
    assert.deepEqual(others, []);
  });
});
