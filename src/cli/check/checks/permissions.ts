import { asObject } from '../../../core/values/json.js';
import { type Check, type Problem, problems } from '../check.js';

/** What the injector does with the API. */
const VERBS = ['get', 'list', 'watch'];

/** The ServiceAccount of the injector may read namespaces. */
export const permissions: Check = {
  id: 'permissions',
  title: "The injector's ServiceAccount may read namespaces",
  async run(installation) {
    const [pod] = await installation.pods();
    if (pod === undefined) return problems({ severity: 'unknown', message: 'no replica exists' });
    const { metadata, spec } = pod;
    const user = `system:serviceaccount:${metadata.namespace}:${asObject(spec).serviceAccountName}`;
    const missing: string[] = [];
    for (const verb of VERBS) {
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
          resourceAttributes: { verb, resource: 'namespaces' },
        },
      });
      if (asObject(review.status).allowed !== true) missing.push(verb);
    }
    return problems(
      missing.length > 0 &&
        ({
          severity: 'failed',
          message: `${user} may not ${missing.join(', ')} namespaces`,
          hint: 'Restore the ClusterRole and its ClusterRoleBinding with helm upgrade, or set rbac.create.',
        } satisfies Problem),
    );
  },
};
