import { ConfigurationError } from '../../../config/configuration-error.js';
import { asObject } from '../../../core/values/json.js';
import { clusterConfiguration } from '../../cluster/injector/cluster-configuration.js';
import { pullConfiguration } from '../../cluster/injector/pulled-configuration.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, type Problem, problems } from '../check.js';
import type { Installation } from '../installation.js';

/** What the injector does with the API: always, and to write Events. */
const NAMESPACES = ['get', 'list', 'watch'].map((verb) => ({ verb, group: '', resource: 'namespaces' }));
const EVENTS = ['create', 'patch'].map((verb) => ({ verb, group: 'events.k8s.io', resource: 'events' }));

/** The injector's ServiceAccount has the permissions that it needs. */
export const permissions: Check = {
  id: 'permissions',
  title: "The injector's ServiceAccount has the permissions that it needs",
  async run(installation) {
    const [pod] = await installation.pods();
    if (pod === undefined) return problems({ severity: 'unknown', message: 'there are no replicas' });
    const { metadata, spec } = pod;
    const user = `system:serviceaccount:${metadata.namespace}:${asObject(spec).serviceAccountName}`;
    const missing: string[] = [];
    const needed = [...NAMESPACES, ...((await writesEvents(installation)) ? EVENTS : [])];
    for (const attributes of needed) {
      const review = await installation.cluster.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user,
          groups: [
            'system:serviceaccounts',
            `system:serviceaccounts:${metadata.namespace}`,
            'system:authenticated',
          ],
          resourceAttributes: attributes,
        },
      });
      if (asObject(review.status).allowed !== true) missing.push(`${attributes.verb} ${attributes.resource}`);
    }
    return problems(
      missing.length > 0 &&
        ({
          severity: 'failed',
          message: `${user} cannot ${missing.join(', ')}`,
          hint: 'Restore the ClusterRole and its ClusterRoleBinding with helm upgrade, or set rbac.create.',
        } satisfies Problem),
    );
  },
};

/** Whether the configuration in the cluster says so. An unreadable one is the matter of other checks. */
async function writesEvents({ cluster }: Installation): Promise<boolean> {
  try {
    return clusterConfiguration(await pullConfiguration(cluster)).configuration.events === 'enabled';
  } catch (error) {
    if (error instanceof ClusterError || error instanceof ConfigurationError) return false;
    throw error;
  }
}
