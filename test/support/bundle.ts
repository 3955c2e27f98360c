import { readFileSync } from 'node:fs';

/** The packages that a file of `dist` says at its head are in it. */
export function packagesIn(file: string): string[] {
  const [, packages] = /^\/\/ packages: (.*)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  return packages?.split(', ') ?? [];
}
