import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';

/** Part of the configuration of an image: github.com/opencontainers/image-spec/blob/main/config.md. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly User: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: { readonly [port: string]: object };
  readonly Labels: { readonly [label: string]: string };
}

/** A target of the Dockerfile, built by `npm run tools`. */
export class Image {
  /** The directory with its unpacked file system. */
  readonly rootfs: string;
  /** The directory with its compressed layers. */
  readonly blobs: string;
  readonly #layout: string;

  constructor(readonly target: 'injector' | 'proxy-init') {
    const built = join(ROOT, '.tools', target);
    this.rootfs = join(built, 'rootfs');
    this.#layout = join(built, 'image');
    this.blobs = join(this.#layout, 'blobs');
  }

  get config(): ImageConfig {
    const { manifests } = read(join(this.#layout, 'index.json'));
    return this.#blob(this.#blob(manifests[0].digest).config.digest).config;
  }

  // biome-ignore lint/suspicious/noExplicitAny: files in the OCI image layout
  #blob(digest: string): any {
    return read(join(this.blobs, digest.replace(':', '/')));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: files in the OCI image layout
function read(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
