// What `nest build` runs: nest-cli.json has Nest load this file as the configuration of a bundler. It runs
// `npm run build` instead and ends the process.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('npm run build', { stdio: 'inherit', shell: true });
process.exit(status ?? 1);
