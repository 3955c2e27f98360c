import { readFileSync } from 'node:fs';

/** The packages bundled into a file of `dist`, from the comment at its top. */
export function packagesIn(file: string): string[] {
  const [, packages] = /^\/\/ packages: (.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return packages?.split(', ') ?? [];
}
