import { missingCommands, missingImages, missingRuntime } from '../support/containers/requirements.js';

/** What keeps the suite from running here and what to do about it, as one sentence; undefined if nothing does. */
export function missingForImages(): string | undefined {
  if (process.platform !== 'linux') return 'containers are a matter of Linux';
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
