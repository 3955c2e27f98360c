import { TARGETS } from '../../tools/release/images/images.js';
import { missingCommands, missingFiles, missingImages } from '../support/containers/requirements.js';
import { REGISTRY_PROGRAM } from '../support/registry.js';
import { RELEASE } from './published.js';

/** Why the suite cannot run here and what to do about it, as one sentence; undefined if it can. */
export function missingForRelease(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux for file capabilities';
  if (process.getuid?.() !== 0) return 'it unpacks images with file capabilities: run it as root';
  const missing = [
    ...missingCommands('getcap', 'jq', 'readelf', 'skopeo'),
    ...missingFiles(REGISTRY_PROGRAM),
    ...(RELEASE === undefined ? missingImages(...TARGETS) : []),
  ];
  return missing.length === 0
    ? undefined
    : `it needs ${missing.join(', ')}: npm run tools (on Debian, as root)`;
}
