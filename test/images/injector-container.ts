import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Launch } from '../process/injector.js';
import { type Container, makeBundle, type SecurityContext } from '../support/containers/bundle.js';
import { Image } from '../support/containers/image.js';
import { Overlay } from './overlay.js';

export const INJECTOR = new Image('injector');

/** The chart's securityContext: that of the Pod Security level `restricted`, plus a read-only root. */
export const RESTRICTED: SecurityContext = {
  runAsUser: 65532,
  runAsGroup: 65532,
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

/** A container of the image `injector`, run by runc in the test's network. */
export class InjectorContainer {
  readonly #overlay = new Overlay(INJECTOR);
  readonly #options: Partial<Container>;
  readonly #bundles: string[] = [];

  constructor(options: Partial<Container> = {}) {
    this.#options = options;
  }

  /** For `Injector.start`. */
  readonly launch: Launch = (env) => this.#spawn(env);

  /** Runs it until it exits. */
  run(env: { readonly [variable: string]: string }, input = '') {
    const { status, stdout, stderr } = spawnSync('runc', this.#command(env), { encoding: 'utf8', input });
    return { status, stdout, stderr };
  }

  /** The files that it wrote to its root file system. */
  get written(): string[] {
    return this.#overlay.written;
  }

  remove(): void {
    for (const bundle of this.#bundles) {
      spawnSync('runc', ['delete', '--force', basename(bundle)]);
      rmSync(bundle, { recursive: true });
    }
    this.#overlay.remove();
  }

  #spawn(env: { readonly [variable: string]: string }): ChildProcessWithoutNullStreams {
    return spawn('runc', this.#command(env));
  }

  #command(env: { readonly [variable: string]: string }): string[] {
    const bundle = makeBundle({
      image: INJECTOR,
      securityContext: RESTRICTED,
      rootfs: this.#overlay.rootfs,
      ...this.#options,
      env,
    });
    this.#bundles.push(bundle);
    return ['run', '--bundle', bundle, basename(bundle)];
  }
}
