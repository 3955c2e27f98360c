import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES, expectedText, goldenCases } from './golden-case.js';
import { throughCore } from './through-core.js';

for (const golden of goldenCases()) {
  writeFileSync(join(CASES, golden.name, 'expected.yaml'), expectedText(throughCore(golden)));
  console.log(golden.name);
}
