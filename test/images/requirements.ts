import { missingCommands, missingImages, missingRuntime } from '../support/containers/requirements.js';

/** Why the suite cannot run here and what to do about it, as one sentence; undefined if it can. */
export function missingForImages(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux for containers';
  if (process.getuid?.() !== 0) return 'it runs containers: run it as root';
  const missing = [
    ...missingCommands('mount'),
    ...missingRuntime(),
    ...missingImages('injector', 'proxy-init'),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}
