import { asList, asObject } from '../../core/values/json.js';

/** Whether the rules of a webhook include the creation of Pods, as the API server matches them. */
export function includePodCreation(rules: unknown): boolean {
  return asList(rules).some((rule) => {
    const { apiGroups, apiVersions, operations, resources, scope } = asObject(rule);
    return (
      isListed(apiGroups, '') &&
      isListed(apiVersions, 'v1') &&
      isListed(operations, 'CREATE') &&
      asList(resources).some(isPods) &&
      scope !== 'Cluster'
    );
  });
}

function isListed(list: unknown, value: string): boolean {
  return asList(list).some((entry) => entry === '*' || entry === value);
}

/** `pods/status` and `pods/binding` are subresources; `pods/*` includes the Pods. */
function isPods(resource: unknown): boolean {
  const [name, subresource = ''] = String(resource).split('/');
  return (name === '*' || name === 'pods') && (subresource === '' || subresource === '*');
}
