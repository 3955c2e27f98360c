import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const BUILT = join(ROOT, '.tools', 'proxy-init');

/** What is in the image `proxy-init`, as `npm run tools` built it from the Dockerfile. */
export const ROOTFS = join(BUILT, 'rootfs');

/** How the image wants to be run: part of github.com/opencontainers/image-spec/blob/main/config.md. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
  readonly User: string;
}

export function imageConfig(): ImageConfig {
  const { manifests } = read(join(BUILT, 'image', 'index.json'));
  return blob(blob(manifests[0].digest).config.digest).config;
}

// biome-ignore lint/suspicious/noExplicitAny: the layout of OCI
function blob(digest: string): any {
  return read(join(BUILT, 'image', 'blobs', digest.replace(':', '/')));
}

// biome-ignore lint/suspicious/noExplicitAny: the layout of OCI
function read(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
