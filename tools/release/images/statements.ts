import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import type { Sources, Target } from './images.js';
import { provenance } from './provenance.js';

/**
 * Writes the statements about an image that `publish.sh` signs to the folder of a release: `sbom` has what the image of
 * each platform contains, `provenance` what the image was built from.
 */
export function writeStatements(release: string, target: Target, { commit, epoch, bases }: Sources): void {
  const script = join(ROOT, 'tools', 'release', 'images', 'sbom.sh');
  execFileSync(script, [join(release, 'images', target), target, join(release, 'sbom')], {
    stdio: 'inherit',
  });
  const { homepage } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const predicate = provenance({
    target,
    repository: homepage.replace(/#.*/, ''),
    commit,
    epoch,
    bases: bases === 'published' ? (dockerfile.match(/(?<=^ARG [A-Z_]+=).*@sha256:.*/gm) ?? []) : [],
    env: process.env,
  });
  mkdirSync(join(release, 'provenance'), { recursive: true });
  writeFileSync(
    join(release, 'provenance', `${target}.provenance.json`),
    `${JSON.stringify(predicate, null, 2)}\n`,
  );
}
