import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../../checkout.js';
import { packageManifest } from './manifest.js';
import { thirdPartyLicenses } from './third-party-licenses.js';

/**
 * Packs the command line for npm into a folder, from `dist`, and returns the path of the archive. npm gives every file
 * the same time, so the same `dist` makes the same bytes. Needs no network.
 */
export function writeNpmPackage(folder: string): string {
  const stage = mkdtempSync(join(tmpdir(), 'npm-package-'));
  try {
    const dist = join(stage, 'dist');
    // The source maps lead to files that are not in the package.
    cpSync(join(ROOT, 'dist'), dist, { recursive: true, filter: (path) => !path.endsWith('.map') });
    const manifest = packageManifest(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(join(stage, 'THIRD-PARTY-LICENSES'), thirdPartyLicenses(dist));
    copyFileSync(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
    copyFileSync(join(ROOT, 'tools', 'release', 'artifacts', 'npm', 'README.md'), join(stage, 'README.md'));
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: stage, encoding: 'utf8' }));
    return join(folder, filename);
  } finally {
    rmSync(stage, { recursive: true });
  }
}
