import { table } from '../../../src/config/markdown.js';
import { PACKAGE_NAME } from './npm/manifest.js';
import { CHART_REPOSITORY, HOME, IMAGES, imageReference, type Release } from './release.js';

/** Whom cosign must find in a signature: the release workflow, as GitHub vouches for it. */
const ISSUER = 'https://token.actions.githubusercontent.com';

/** The notes of a release in Markdown: the section of the changelog, the images, and how to verify all files. */
export function releaseNotes(release: Release, changes: string): string {
  const { version, digests } = release;
  const identity = `${HOME}/.github/workflows/release.yml@refs/tags/v${version}`;
  const names = Object.keys(IMAGES) as (keyof typeof IMAGES)[];
  const rows = names.map((name) => [
    `\`${release.registry}/${IMAGES[name]}:${version}\``,
    `\`${digests[name]}\``,
  ]);
  const verify = [
    ...names.map((name) => imageReference(release, name)),
    `${CHART_REPOSITORY}/proxy-injector:${version}`,
  ];
  return unwrapped(`${changes}

## Install

\`\`\`sh
helm install proxy-injector oci://${CHART_REPOSITORY}/proxy-injector --version ${version} \\
  --namespace proxy-injector --create-namespace --wait --set config.proxy.preset=envoy
npx ${PACKAGE_NAME}@${version} check
\`\`\`

The injector gets its certificate from cert-manager; the
[guide](${HOME}/blob/v${version}/docs/guides/install.md) also shows how to do without. Before you upgrade, read the
[notices](${HOME}/blob/v${version}/docs/guides/upgrade.md#notices).

## Images

For linux/amd64 and linux/arm64. The chart names them by digest.

${table(['image', 'digest'], rows)}

## Verify

The release workflow signed the images and the chart with
[cosign](https://docs.sigstore.dev/cosign/verifying/verify/). There is no key; its identity signs:

\`\`\`sh
for artifact in \\
${verify
  .map((reference) => `  ${reference} \\`)
  .join('\n')
  .replace(/ \\$/, '')}
do
  cosign verify "$artifact" \\
    --certificate-identity ${identity} \\
    --certificate-oidc-issuer ${ISSUER}
done
\`\`\`

To check the files below, download them, \`checksums.txt\`, and its signature into one folder, and run there:

\`\`\`sh
cosign verify-blob checksums.txt --bundle checksums.txt.sigstore.json \\
  --certificate-identity ${identity} \\
  --certificate-oidc-issuer ${ISSUER}
sha256sum --check --ignore-missing checksums.txt
\`\`\`
`);
}

/** Markdown with each paragraph on one line: in release notes, GitHub shows line breaks as such. */
function unwrapped(markdown: string): string {
  const parts = markdown.split(/^(```[\s\S]*?^```$)/m);
  return parts
    .map((part) => (part.startsWith('```') ? part : part.replace(/(?<=[^\n])\n(?!\n|$| *- |[#|])\s*/g, ' ')))
    .join('');
}
