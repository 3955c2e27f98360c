import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { injectedText } from './inject.js';
import { GOLDEN, goldenPath, hasGolden, manifestCases } from './manifest-cases.js';

rmSync(GOLDEN, { recursive: true, force: true });
for (const mode of ['container', 'native'] as const) {
  for (const manifest of manifestCases().filter((one) => hasGolden(one, mode))) {
    const path = goldenPath(manifest.name, mode);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, injectedText(manifest.text, { ...manifest.settings, proxy: { mode } }).result);
    console.log(path);
  }
}
