import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';

/** How an image wants to be run: part of github.com/opencontainers/image-spec/blob/main/config.md. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly User: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: { readonly [port: string]: object };
  readonly Labels: { readonly [label: string]: string };
}

/** A target of the Dockerfile, as `npm run tools` built it. */
export class Image {
  /** The directory that holds what is in it. */
  readonly rootfs: string;
  /** The directory that holds it as it travels, compressed. */
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

  // biome-ignore lint/suspicious/noExplicitAny: the layout of OCI
  #blob(digest: string): any {
    return read(join(this.blobs, digest.replace(':', '/')));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the layout of OCI
function read(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
