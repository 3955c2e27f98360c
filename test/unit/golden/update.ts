import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldenReleases, writeGolden } from '../../chart/golden-release.js';
import { missingForChart } from '../../chart/requirements.js';
import { CASES, expectedText, goldenCases } from './golden-case.js';
import { GoldenRuleset } from './ruleset.js';
import { throughCore } from './through-core.js';

for (const golden of goldenCases()) {
  writeFileSync(join(CASES, golden.name, 'expected.yaml'), expectedText(throughCore(golden)));
  console.log(golden.name);
}
for (const golden of GoldenRuleset.all()) {
  golden.keep(golden.rendered());
  console.log(golden.name);
}
const missing = missingForChart();
if (missing === undefined) {
  for (const golden of goldenReleases()) {
    writeGolden(golden);
    console.log(golden.name);
  }
} else {
  console.log(`skipped the releases of the chart: ${missing}`);
}
