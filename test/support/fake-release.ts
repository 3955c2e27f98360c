import type { ClusterObject } from './fake-cluster.js';

const NAMESPACE = 'proxy-injector';
const NAME = 'proxy-injector';

const RULES = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }];

/** Those of the chart with `ineligiblePods: admit`, but for the excluded namespaces. */
const SELECTORS = {
  namespaces: { namespaceSelector: toggled('In', 'enabled'), objectSelector: toggled('NotIn', 'disabled') },
  pods: {
    namespaceSelector: toggled('NotIn', 'enabled', 'disabled'),
    objectSelector: toggled('In', 'enabled'),
  },
};

/** The guard of that release, with an action for namespaces without the label. */
export function fakeGuard(byDefault: 'deny' | 'warn' | 'audit' | 'off' = 'off'): ClusterObject[] {
  const actions = { deny: ['Deny'], warn: ['Warn', 'Audit'], audit: ['Audit'] };
  const policy = `${NAME}-guard`;
  const term = (action: string) => ({
    key: 'proxy-injection/guard',
    ...(action === byDefault
      ? { operator: 'NotIn', values: ['deny', 'warn', 'audit', 'off'].filter((each) => each !== action) }
      : { operator: 'In', values: [action] }),
  });
  const bindings = Object.entries(SELECTORS).flatMap(([of, { namespaceSelector, objectSelector }]) =>
    Object.entries(actions).map(([action, validationActions]) => ({
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: `${policy}-${of}-${action}` },
      spec: {
        policyName: policy,
        validationActions,
        matchResources: {
          namespaceSelector: {
            matchExpressions: [term(action), ...namespaceSelector.matchExpressions],
          },
          objectSelector,
        },
      },
    })),
  );
  const validations = [{ expression: "'proxy-injection/status' in variables.podAnnotations" }];
  const spec = { matchConstraints: { resourceRules: RULES }, validations };
  return [{ kind: 'ValidatingAdmissionPolicy', metadata: { name: policy }, spec }, ...bindings];
}

/** What Helm installs, as far as the cluster commands read it. */
export function fakeRelease({
  config = 'ineligiblePods: admit\n',
  env = [],
  webhook = {},
}: {
  readonly config?: string;
  readonly env?: readonly object[];
  /** Further fields of each webhook. */
  readonly webhook?: object;
} = {}): ClusterObject[] {
  const labels = { 'app.kubernetes.io/name': NAME, 'app.kubernetes.io/instance': NAME };
  const metadata = { name: NAME, namespace: NAMESPACE };
  const service = { name: NAME, namespace: NAMESPACE, path: '/mutate' };
  const container = {
    name: 'injector',
    env: [{ name: 'INJECTOR_CONFIG', value: '/etc/proxy-injector/config.yaml' }, ...env],
    volumeMounts: [
      { name: 'certs', mountPath: '/etc/webhook/certs' },
      { name: 'config', mountPath: '/etc/proxy-injector' },
    ],
  };
  const volumes = [
    { name: 'certs', secret: { secretName: 'tls' } },
    { name: 'config', configMap: { name: NAME } },
  ];
  return [
    {
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: NAME },
      webhooks: Object.entries(SELECTORS).map(([of, selectors]) => ({
        name: `${of}.${NAME}.${NAMESPACE}.svc`,
        clientConfig: { service },
        rules: RULES,
        ...selectors,
        ...webhook,
      })),
    },
    {
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'other' },
      webhooks: [{ name: 'x', clientConfig: {} }],
    },
    { kind: 'Service', metadata, spec: { selector: labels } },
    {
      kind: 'Deployment',
      metadata: { name: 'other', namespace: NAMESPACE },
      spec: { template: { metadata: {} } },
    },
    {
      kind: 'Deployment',
      metadata,
      spec: { template: { metadata: { labels }, spec: { containers: [container], volumes } } },
    },
    { kind: 'ConfigMap', metadata, data: { 'config.yaml': config } },
  ];
}

function toggled(operator: string, ...values: readonly string[]) {
  return { matchExpressions: [{ key: 'proxy-injection', operator, values }] };
}
