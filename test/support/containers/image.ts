import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';
import { type ImageConfig, Layout } from '../../../tools/release/images/layout.js';

/** This machine's architecture, as named by Go. */
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/** A target of the Dockerfile, built by `npm run tools`, as the platform of this machine gets it. */
export class Image {
  /** The directory with its unpacked file system. */
  readonly rootfs: string;
  /** The OCI layout with its index. */
  readonly layout: Layout;

  constructor(readonly target: 'injector' | 'proxy-init' | 'agent') {
    const built = join(ROOT, '.tools', target);
    this.rootfs = join(built, 'rootfs');
    this.layout = new Layout(join(built, 'image'));
  }

  get config(): ImageConfig {
    return this.layout.platform(ARCHITECTURE).config.config;
  }

  /** The size of its layers, in bytes. */
  get compressedSize(): number {
    const { layers } = this.layout.platform(ARCHITECTURE).manifest;
    return layers.reduce((sum, { size }) => sum + size, 0);
  }
}
