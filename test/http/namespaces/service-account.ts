import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory like the one the kubelet mounts into Pods. */
export class ServiceAccount {
  readonly directory = mkdtempSync(join(tmpdir(), 'service-account-'));

  constructor() {
    chmodSync(this.directory, 0o755);
  }

  write(file: 'token' | 'ca.crt' | 'namespace', text: string): this {
    writeFileSync(join(this.directory, file), text);
    return this;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
