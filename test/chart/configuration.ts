import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadedConfiguration, loadConfiguration } from '../../src/config/load.js';
import type { KubernetesObject } from './chart.js';

/** The configuration of a rendered release, loaded as the service loads it. */
export function configurationOf(objects: readonly KubernetesObject[]): LoadedConfiguration {
  const maps = objects.filter(
    ({ kind, data, metadata }) =>
      kind === 'ConfigMap' && data['config.yaml'] && metadata.annotations?.['helm.sh/hook'] === undefined,
  );
  if (maps.length !== 1) throw new Error(`expected one ConfigMap with a configuration, got ${maps.length}`);
  const directory = mkdtempSync(join(tmpdir(), 'chart-config-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, maps[0].data['config.yaml']);
    return loadConfiguration({ INJECTOR_CONFIG: file });
  } finally {
    rmSync(directory, { recursive: true });
  }
}
