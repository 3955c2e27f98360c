import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../checkout.js';
import type { Sources, Target } from './images.js';
import { provenance } from './provenance.js';

/** The arguments of the Dockerfile that name the base images of a target. */
const BASES: { readonly [target in Target]: readonly string[] } = {
  injector: ['NODE', 'DISTROLESS_NODE'],
  'proxy-init': ['DEBIAN'],
  agent: ['NODE', 'DISTROLESS_NODE', 'DEBIAN'],
};

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
  const predicate = provenance({
    target,
    repository: homepage.replace(/#.*/, ''),
    commit,
    epoch,
    bases: bases === 'local' ? bases : BASES[target].map(defaultOf),
    env: process.env,
  });
  mkdirSync(join(release, 'provenance'), { recursive: true });
  writeFileSync(
    join(release, 'provenance', `${target}.provenance.json`),
    `${JSON.stringify(predicate, null, 2)}\n`,
  );
}

/** The default of an argument of the Dockerfile. */
function defaultOf(argument: string): string {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const [, value] = new RegExp(`^ARG ${argument}=(.*)$`, 'm').exec(dockerfile) ?? [];
  if (value === undefined) throw new Error(`Dockerfile: expected the argument ${argument}`);
  return value;
}
