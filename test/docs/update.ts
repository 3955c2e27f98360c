import { writeFileSync } from 'node:fs';
import { PAGES, regenerated } from './blocks.js';

for (const page of PAGES) writeFileSync(page, await regenerated(page));
