import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
