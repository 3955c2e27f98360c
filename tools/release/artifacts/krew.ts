import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { JsonObject } from '../../../src/core/values/json.js';
import { sha256Of } from './checksums.js';
import { HOME } from './release.js';

/**
 * Writes the manifest of the kubectl plugin for Krew into a folder, and returns its path. The archive is that of the
 * npm package, so that it is the same code everywhere. https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest:
 * an archive is a `.tar.gz`, and on Windows Krew only starts `.exe` files.
 */
export function writeKrewManifest(version: string, archive: string, folder: string): string {
  const uri = `${HOME}/releases/download/v${version}/${basename(archive)}`;
  const manifest = krewManifest(version, uri, sha256Of(archive));
  const path = join(folder, `${manifest.metadata.name}.yaml`);
  writeFileSync(path, stringify(manifest, { lineWidth: 0 }));
  return path;
}

function krewManifest(version: string, uri: string, sha256: string) {
  const platform: JsonObject = {
    selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['darwin', 'linux'] }] },
    uri,
    sha256,
    bin: 'package/dist/cli/main.js', // npm puts everything below `package`
  };
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'proxy-injector' },
    spec: {
      version: `v${version}`,
      homepage: HOME,
      shortDescription: 'Inspect and test the injection of a proxy',
      description: [
        'Shows which workloads have a current proxy of proxy-injector, explains why',
        'a Pod has one or not, checks an installation, restarts workloads with',
        'outdated proxies, and injects proxies into manifests offline.\n',
      ].join('\n'),
      caveats: 'This plugin needs Node.js 20.19, 22.12, or 24 and later: https://nodejs.org\n',
      platforms: [platform],
    },
  };
}
