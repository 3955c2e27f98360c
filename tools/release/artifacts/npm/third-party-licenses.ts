import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesIn } from '../../../../test/support/bundle.js';
import { ROOT } from '../../../checkout.js';

/** The licenses of the packages whose code a bundle contains: one text, with a section for each package. */
export function thirdPartyLicenses(dist: string): string {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  const names = new Set(files.flatMap((file) => packagesIn(join(dist, file))));
  const sections = [...names].sort().map(sectionOf);
  return `The code of these packages is part of this one.\n\n${sections.join('\n')}`;
}

/** Throws if the package names no license. */
function sectionOf(name: string): string {
  const folder = join(ROOT, 'node_modules', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Old packages have a list: docs.npmjs.com/cli/configuring-npm/package-json#license.
  const license = manifest.license ?? manifest.licenses?.[0]?.type;
  if (typeof license !== 'string') throw new Error(`${name}: expected a license in its package.json`);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .sort()
    .map((file) => `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`);
  return `${'='.repeat(80)}\n${name} ${manifest.version}, ${license}\n${'='.repeat(80)}\n${texts.join('')}`;
}
