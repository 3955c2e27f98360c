import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs a container of an image: github.com/opencontainers/image-spec/blob/main/config.md. */
export interface ImageConfig {
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env: readonly string[];
  readonly User: string;
  readonly WorkingDir?: string;
  readonly ExposedPorts?: { readonly [port: string]: object };
  readonly Labels: Annotations;
}

/** Labels and annotations: github.com/opencontainers/image-spec/blob/main/annotations.md. */
export interface Annotations {
  readonly [name: string]: string;
}

/** A reference to a blob. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Annotations;
}

/** An image for one platform. */
export interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Annotations;
}

/** An image for several platforms. */
export interface Index {
  readonly manifests: readonly (Descriptor & {
    readonly platform: { readonly os: string; readonly architecture: string };
  })[];
  readonly annotations: Annotations;
}

/** Part of the configuration that a manifest refers to. */
export interface PlatformConfig {
  readonly created: string;
  readonly os: string;
  readonly architecture: string;
  readonly config: ImageConfig;
}

/** A directory with one image for several platforms: github.com/opencontainers/image-spec/blob/main/image-layout.md. */
export class Layout {
  constructor(readonly directory: string) {}

  /** The index, by whose digest users pull the image. */
  get descriptor(): Descriptor {
    return read(join(this.directory, 'index.json')).manifests[0];
  }

  get index(): Index {
    return this.#blob(this.descriptor);
  }

  /** The image for an architecture such as `amd64`. */
  platform(architecture: string): { readonly manifest: Manifest; readonly config: PlatformConfig } {
    const descriptor = this.index.manifests.find(({ platform }) => platform.architecture === architecture);
    if (descriptor === undefined) throw new Error(`${this.directory}: no image for ${architecture}`);
    const manifest: Manifest = this.#blob(descriptor);
    return { manifest, config: this.#blob(manifest.config) };
  }

  // biome-ignore lint/suspicious/noExplicitAny: files in the layout
  #blob({ digest }: Descriptor): any {
    return read(join(this.directory, 'blobs', digest.replace(':', '/')));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: files in the layout
function read(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}
