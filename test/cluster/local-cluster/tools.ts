import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';

/** The folder of the scripts next to this file. */
export const SCRIPTS = join(ROOT, 'test', 'cluster', 'local-cluster');

/** The path of a command that `npm run tools` installed. */
export function tool(name: string): string {
  return join(ROOT, '.tools', 'bin', name);
}
