import { join } from 'node:path';

/** The root of the checkout, seen from where this file is compiled to: `.build/tools`. */
export const ROOT = join(import.meta.dirname, '..', '..');
