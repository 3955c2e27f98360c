import { join } from 'node:path';
import { PRODUCT_VERSION } from '../../../src/core/version.js';
import { ROOT } from '../../../tools/checkout.js';
import { succeed } from './command.js';
import { ctr } from './ctr.js';
import type { Sandbox } from './sandbox.js';

/** The image of the tests: proxy, app, or client, depending on its arguments (tools/install/peer). */
export const PEER_IMAGE = 'localhost/peer:1';

/** The image of the init container, which the chart names without a registry. */
export const INIT_IMAGE = `proxy-injector/proxy-init:${PRODUCT_VERSION}`;

/** The images of the tests in `.tools`: those of Envoy have the names that the preset has for them. */
const TEST_IMAGES = ['peer/image', 'pause/image', 'envoy/distroless', 'envoy/with-shell'];

/** Loads the images of the Dockerfile under their names in the chart. */
export async function loadOwnImages(sandbox: Sandbox): Promise<void> {
  for (const target of ['injector', 'agent', 'proxy-init']) {
    const tar = sandbox.path(`${target}.tar`);
    await succeed('tar', ['-C', join(ROOT, '.tools', target, 'image'), '-cf', tar, '.']);
    await ctr(
      sandbox,
      'images',
      'import',
      '--local',
      '--base-name',
      `docker.io/proxy-injector/${target}`,
      tar,
    );
  }
}

/** Loads the images of the tests and of Envoy. */
export async function loadTestImages(sandbox: Sandbox): Promise<void> {
  for (const image of TEST_IMAGES) {
    await ctr(sandbox, 'images', 'import', '--local', join(ROOT, '.tools', `${image}.tar`));
  }
}
