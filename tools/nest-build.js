// What `nest build` runs, by nest-cli.json: Nest loads this file as the configuration of a bundler, but dist is made by `npm run build`.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm run build', { stdio: 'inherit', shell: true });
process.exit(status ?? 1);
