import { writeFileSync } from 'node:fs';
import { PAGES, regenerated } from './blocks.js';
import { chartFiles } from './chart/chart-files.js';
import { schemaFile } from './schema-file.js';

for (const page of PAGES) writeFileSync(page, await regenerated(page));
for (const { path, text } of [...chartFiles(), schemaFile()]) writeFileSync(path, text);
