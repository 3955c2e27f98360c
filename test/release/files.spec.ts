import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { published, RELEASE } from './published.js';

/** The folders whose files tools/release/publish.sh adds to the release on GitHub. */
const FOLDERS = ['chart', 'krew', 'npm', 'provenance', 'sbom'];

const skip = RELEASE === undefined && 'npm run release:dry makes them';

describe('the files next to the images', { skip }, () => {
  const folder = RELEASE ?? '';
  const pathsIn = (name: string) => readdirSync(join(folder, name)).map((file) => join(folder, name, file));

  it('have a checksum each, which holds after they were downloaded into one folder', () => {
    const files = FOLDERS.flatMap(pathsIn);
    const downloads = mkdtempSync(join(tmpdir(), 'downloads-'));
    for (const file of [...files, join(folder, 'checksums.txt')])
      copyFileSync(file, join(downloads, basename(file)));
    const options = { cwd: downloads, encoding: 'utf8' } as const;
    const output = execFileSync('sha256sum', ['--check', 'checksums.txt'], options);
    rmSync(downloads, { recursive: true });
    assert.deepEqual(output.trim().split('\n').sort(), files.map((file) => `${basename(file)}: OK`).sort());
  });

  it('include a chart that names the images by their digests', () => {
    const [chart = ''] = pathsIn('chart');
    const text = execFileSync('tar', ['-xOf', chart, 'proxy-injector/values.yaml'], { encoding: 'utf8' });
    const { image, config } = parse(text);
    const [injector, proxyInit] = [published('injector'), published('proxy-init')].map(
      ({ descriptor }) => descriptor.digest,
    );
    assert.equal(image.digest, injector);
    assert.equal(config.init.image.split('@')[1], proxyInit);
  });
});
