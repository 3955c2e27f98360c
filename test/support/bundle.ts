import { readFileSync } from 'node:fs';

/**
 * The packages bundled into a file of `dist`, from the comment at its top. Rolldown drops that comment from a file with
 * a single CommonJS module, but every module has one with its path.
 */
export function packagesIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const [, packages] = /^\/\/ packages: (.*)$/m.exec(text) ?? [];
  const [, first] = /^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(text) ?? [];
  return packages?.split(', ') ?? (first === undefined ? [] : [first]);
}
