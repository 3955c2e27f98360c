import { asObject } from '../../../core/values/json.js';
import { RESOURCES } from '../../cluster/resources.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, type Problem, problems } from '../check.js';
import { list } from '../list.js';
import { injectorOf } from './webhook.js';

/** What the chart creates outside of a namespace, and inside of one. */
const CREATED = [
  { group: 'admissionregistration.k8s.io', resource: 'mutatingwebhookconfigurations' },
  { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicies' },
  { group: 'admissionregistration.k8s.io', resource: 'validatingadmissionpolicybindings' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterrolebindings' },
  { group: 'apps', resource: 'deployments', isNamespaced: true },
  { group: '', resource: 'services', isNamespaced: true },
  { group: '', resource: 'configmaps', isNamespaced: true },
];

/** The user may install the chart. */
export const installPermissions: Check = {
  id: 'install-permissions',
  title: 'You have permission to create what the chart creates',
  async run({ cluster, namespace }) {
    const missing: string[] = [];
    for (const { group, resource, isNamespaced } of CREATED) {
      const review = await cluster.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'create', group, resource, ...(isNamespaced && { namespace }) } },
      });
      if (asObject(review.status).allowed !== true) missing.push(resource);
    }
    return problems(
      missing.length > 0 && {
        severity: 'failed',
        message: `you have no permission to create ${missing.join(', ')}`,
        hint: 'Have a cluster administrator install the chart.',
      },
    );
  },
};

/** cert-manager is installed. */
export const certManager: Check = {
  id: 'cert-manager',
  title: 'cert-manager is installed',
  async run({ cluster }) {
    const found = await cluster.raw('/apis/cert-manager.io/v1').catch((error) => {
      if (error instanceof ClusterError && error.isNotFound) return undefined;
      throw error;
    });
    return problems(
      found === undefined && {
        severity: 'warning',
        message: 'cert-manager is not installed',
        hint: 'Install it, or bring your own certificate with tls.certManager.enabled: false.',
      },
    );
  },
};

/** The redirect works on Linux. */
export const nodes: Check = {
  id: 'nodes',
  title: 'The cluster has Linux nodes of a supported architecture',
  async run({ cluster }) {
    const all = await cluster.list(RESOURCES.nodes, {});
    const infos = all.map(({ status }) => asObject(asObject(status).nodeInfo));
    const linux = infos.filter(({ operatingSystem }) => operatingSystem === 'linux');
    const others = new Set(linux.map(({ architecture }) => String(architecture)));
    for (const known of ['amd64', 'arm64']) others.delete(known);
    return {
      detail: `${linux.length} of ${all.length} nodes`,
      ...problems(
        linux.length === 0 && {
          severity: 'failed',
          message: 'no node runs Linux',
          hint: 'Add a Linux node.',
        },
        others.size > 0 && {
          severity: 'warning',
          message: `there are no images for the architecture ${[...others].join(', ')}`,
          hint: 'Build the images for it, or keep injected Pods off these nodes.',
        },
      ),
    };
  },
};

/** Nothing else injects proxies. */
export const otherInjectors: Check = {
  id: 'other-injectors',
  title: 'No other injector is installed',
  async run(installation) {
    const others = (await installation.webhookConfigurations()).flatMap((configuration) => {
      const injector = injectorOf(configuration);
      return injector === undefined ? [] : [`${injector} (${configuration.metadata.name})`];
    });
    return problems(
      others.length > 0 &&
        ({
          severity: 'warning',
          message: `another injector is installed: ${list(others)}`,
          hint: 'Let each namespace opt in to only one of them.',
        } satisfies Problem),
    );
  },
};
