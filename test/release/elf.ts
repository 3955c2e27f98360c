import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** What an ELF file needs to run. */
export interface ElfFile {
  /** Its path from the root of the image. */
  readonly path: string;
  readonly machine: string;
  /** The loader; shared libraries have none. */
  readonly loader?: string;
  /** The names of the shared libraries that it is linked to. */
  readonly needed: readonly string[];
}

/** The ELF files below a directory. */
export function elfFiles(rootfs: string): ElfFile[] {
  return readdirSync(rootfs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isElf)
    .map((file) => ({ path: file.slice(rootfs.length), ...read(file) }));
}

function isElf(file: string): boolean {
  const magic = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, magic, 0, 4, 0);
  closeSync(descriptor);
  return magic.toString('latin1') === '\x7fELF';
}

function read(file: string): Omit<ElfFile, 'path'> {
  const options = ['--wide', '--file-header', '--program-headers', '--dynamic'];
  const text = execFileSync('readelf', [...options, file], { encoding: 'utf8' });
  const [, machine = ''] = /^ {2}Machine: +(.*)$/m.exec(text) ?? [];
  const [, loader] = /program interpreter: (.*)\]$/m.exec(text) ?? [];
  const needed = [...text.matchAll(/\(NEEDED\).*\[(.*)\]$/gm)].map(([, name = '']) => name);
  return { machine, needed, ...(loader !== undefined && { loader }) };
}
