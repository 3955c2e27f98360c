import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';
import {
  missingCommands,
  missingFiles,
  missingImages,
  missingRuntime,
} from '../support/containers/requirements.js';

/** Why the suite cannot run here and what to do about it, as one sentence; undefined if it can. */
export function missingForRedirect(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux for network namespaces';
  if (process.getuid?.() !== 0) {
    const shell = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && npm test -- redirect';
    return `it creates network namespaces: run it as root, or with unshare -rmn --map-auto sh -c '${shell}'`;
  }
  const missing = [
    ...missingCommands('ip', 'nft', 'setpriv', 'shellcheck', '/usr/bin/python3'),
    ...missingFiles(join(ROOT, '.tools', 'envoy', 'envoy')),
    ...missingRuntime(),
    ...missingImages('proxy-init'),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}
