import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** File names and their content. */
export type Files = Readonly<Record<string, string>>;

/**
 * A directory laid out like a mounted Secret or ConfigMap, and updated in the steps of the kubelet's AtomicWriter
 * (k8s.io/kubernetes/pkg/volume/util/atomic_writer.go): `tls.crt -> ..data/tls.crt`, and
 * `..data -> ..2026_01_31_12_00_00.123456`, which is a directory.
 */
export class MountedVolume {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Creates one in a new temporary directory. {@link remove} it at the end. */
  static create(files: Files): MountedVolume {
    const volume = new MountedVolume(mkdtempSync(join(tmpdir(), 'mounted-volume-')));
    chmodSync(volume.path, 0o755);
    volume.update(files);
    return volume;
  }

  /** The path of one of the files. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Replaces all files at once. Like the kubelet, does nothing if they are the same already. */
  update(files: Files): void {
    const data = this.file('..data');
    const old = existsSync(data) ? this.file(readlinkSync(data)) : undefined;
    const stale = old === undefined ? [] : readdirSync(old).filter((name) => !Object.hasOwn(files, name));
    if (old !== undefined && stale.length === 0 && holds(old, files)) return;

    const directory = mkdtempSync(this.file(`..${timestamp()}.`));
    chmodSync(directory, 0o755);
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(directory, name), content);
      chmodSync(join(directory, name), 0o644);
    }
    symlinkSync(directory.slice(this.path.length + 1), this.file('..data_tmp'));
    renameSync(this.file('..data_tmp'), data);
    for (const name of Object.keys(files)) {
      if (!readdirSync(this.path).includes(name)) symlinkSync(join('..data', name), this.file(name));
    }
    for (const name of stale) rmSync(this.file(name));
    if (old !== undefined) rmSync(old, { recursive: true });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function holds(directory: string, files: Files): boolean {
  return Object.entries(files).every(([name, content]) => {
    const path = join(directory, name);
    return existsSync(path) && readFileSync(path, 'utf8') === content;
  });
}

/** Go's layout 2006_01_02_15_04_05. */
function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replace(/[-T:]/g, '_');
}
