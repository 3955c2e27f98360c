import type { JsonObject } from '../../../../src/core/values/json.js';

/** The name of the command line on npm. Its scope belongs to the project; the name `proxy-injector` does not. */
export const PACKAGE_NAME = '@proxy-injector/cli';

/** The package.json of the command line, from that of the checkout. It has no dependencies: `dist` contains them. */
export function packageManifest({ version, license, homepage, repository, bugs, engines, bin }: JsonObject) {
  return {
    name: PACKAGE_NAME,
    version,
    description:
      'Inject a traffic proxy into Kubernetes manifests, and inspect clusters that run proxy-injector',
    keywords: ['kubernetes', 'kubectl-plugin', 'sidecar', 'proxy', 'admission-webhook', 'envoy'],
    license,
    homepage,
    repository,
    bugs,
    type: 'commonjs',
    engines,
    bin,
    files: ['dist', 'THIRD-PARTY-LICENSES'],
    publishConfig: { access: 'public', provenance: true },
  };
}
