import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILE } from './seccomp.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** What keeps the suite from running here and what to do about it, as one sentence; undefined if nothing does. */
export function missingForRedirect(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a matter of Linux';
  if (process.getuid?.() !== 0) {
    const shell = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && npm run test:redirect';
    return `it makes network namespaces: run it as root, or with unshare -rmn --map-auto sh -c '${shell}'`;
  }
  const image = spawnSync(join(ROOT, 'test', 'tools', 'proxy-init-image.sh'), ['--check']);
  const missing = [
    ...['ip', 'nft', 'runc', 'setpriv', 'shellcheck', '/usr/bin/python3'].filter(
      (command) => !isInstalled(command),
    ),
    ...(existsSync(join(ROOT, '.tools', 'envoy', 'envoy')) ? [] : ['envoy']),
    ...(existsSync(PROFILE) ? [] : [PROFILE]),
    ...(image.status === 0 ? [] : ['a current image proxy-init']),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
