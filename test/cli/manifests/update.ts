import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { injectedText } from './inject.js';
import { GOLDEN, goldenPath, hasGolden, manifestCases, PLACES, type Place } from './manifest-cases.js';

rmSync(GOLDEN, { recursive: true, force: true });
for (const place of Object.keys(PLACES) as Place[]) {
  for (const manifest of manifestCases().filter((one) => hasGolden(one, place))) {
    const path = goldenPath(manifest.name, place);
    mkdirSync(dirname(path), { recursive: true });
    const proxy = { ...manifest.settings.proxy, ...PLACES[place] };
    writeFileSync(path, injectedText(manifest.text, { ...manifest.settings, proxy }).result);
    console.log(path);
  }
}
