import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/checkout.js';
import type { Image } from './image.js';
import { PROFILE } from './seccomp.js';

/** The commands that are not installed. */
export function missingCommands(...commands: readonly string[]): string[] {
  return commands.filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
}

/** The files that do not exist. */
export function missingFiles(...files: readonly string[]): string[] {
  return files.filter((file) => !existsSync(file));
}

/** The missing requirements for running containers. */
export function missingRuntime(): string[] {
  return [...missingCommands('runc'), ...missingFiles(PROFILE)];
}

/** The images that are missing or were built from older sources. */
export function missingImages(...targets: readonly Image['target'][]): string[] {
  const script = join(ROOT, 'tools', 'install', 'image.sh');
  return targets
    .filter((target) => spawnSync(script, [target, '--check']).status !== 0)
    .map((target) => `a current image ${target}`);
}
