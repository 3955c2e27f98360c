import { stringify } from 'yaml';
import { envoy } from '../../../../src/config/presets/envoy.js';
import { Configuration } from '../../../../src/config/schema/configuration.js';
import { asObject } from '../../../../src/core/values/json.js';
import type { Change } from '../../changelog.js';
import { IMAGES, imageReference, PLATFORMS, type Release } from '../release.js';

/**
 * The annotations of Artifact Hub that differ in each release, next to those in Chart.yaml:
 * https://artifacthub.io/docs/topics/annotations/helm.
 */
export function chartAnnotations(release: Release, changes: readonly Change[]): { [key: string]: string } {
  const own = (Object.keys(IMAGES) as (keyof typeof IMAGES)[]).map((name) => ({
    name,
    image: imageReference(release, name),
    platforms: PLATFORMS,
  }));
  const { tcpPort } = new Configuration().proxy;
  const { image } = asObject(
    envoy({ mode: 'native', tcpPort, accessLog: 'disabled', ipv6: 'enabled', container: {} }).proxy,
  );
  const images = [...own, { name: 'proxy of the preset envoy', image, platforms: PLATFORMS }];
  return {
    'artifacthub.io/changes': stringify(changes.map(plain), { lineWidth: 0 }),
    'artifacthub.io/containsSecurityUpdates': String(changes.some(({ kind }) => kind === 'security')),
    'artifacthub.io/images': stringify(images, { lineWidth: 0, aliasDuplicateObjects: false }),
    'artifacthub.io/prerelease': String(release.version.includes('-')),
  };
}

/** Artifact Hub shows descriptions as they are, so a link becomes its text. */
function plain({ kind, description }: Change): Change {
  return { kind, description: description.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1') };
}
