import { PRODUCT_VERSION } from '../../../core/version.js';
import { isOwnConfiguration } from '../../cluster/injector/release.js';
import { type Check, type Problem, problems } from '../check.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import { list } from '../list.js';
import { selectsPodsIn } from '../selection.js';

/** A webhook that takes longer holds up the creation of Pods for longer than most clients wait. */
const LONG_TIMEOUT_SECONDS = 10;

/** Other injectors, by a part of the name of their webhook configuration, and their names. */
const MESHES: readonly (readonly [RegExp, string])[] = [
  [/^istio-(sidecar-injector|revision-tag)/, 'Istio'],
  [/^linkerd-proxy-injector/, 'Linkerd'],
  [/consul.*connect-injector/, 'Consul'],
  [/^kuma-admission-mutating|^kong-mesh-admission-mutating/, 'Kuma'],
  [/^osm-webhook/, 'Open Service Mesh'],
];

/** The webhook configuration exists. */
export const webhookConfiguration: Check = {
  id: 'webhook-configuration',
  title: 'The injector is installed, and its webhook or policy is registered',
  async run(installation) {
    const ours = (await installation.webhookConfigurations()).filter(isOwnConfiguration);
    const [first, ...others] = ours;
    if (first === undefined) {
      const policy = await installation.injectingPolicy();
      if (policy !== undefined) return { detail: `policy ${policy.metadata.name}`, problems: [] };
      return problems({
        severity: 'failed',
        message: 'no MutatingWebhookConfiguration belongs to the injector',
        hint: 'Install the chart. If you deleted the object, run helm upgrade.',
      });
    }
    const version = first.metadata.labels?.['app.kubernetes.io/version'];
    return {
      detail: first.metadata.name,
      ...problems(
        others.length > 0 && {
          severity: 'warning',
          message: `${ours.length} injectors are installed: ${ours.map(({ metadata }) => metadata.name).join(', ')}`,
          hint: 'Only the first is checked. Give each its own namespaces with webhook.namespaceSelector.',
        },
        version !== undefined &&
          version !== PRODUCT_VERSION && {
            severity: 'warning',
            message: `the installed chart has version ${version}, this command has ${PRODUCT_VERSION}`,
            hint: 'Use the proxy-injector command of the same version as the chart.',
          },
      ),
    };
  },
};

/** The selectors match the Pods of some namespace. */
export const webhookSelectors: Check = {
  id: 'webhook-selectors',
  title: "The webhook's selectors match Pods",
  async run(installation) {
    const configuration = await installation.webhookConfiguration();
    const namespaces = await installation.namespaces();
    const called = namespaces.filter((namespace) => selectsPodsIn(configuration, namespace));
    const optedIn = namespaces.filter(({ metadata }) => metadata.labels?.['proxy-injection'] === 'enabled');
    const left = optedIn.filter((namespace) => !called.includes(namespace));
    const isPossible = namespaces.some((namespace) =>
      selectsPodsIn(configuration, namespace, { 'proxy-injection': 'enabled' }),
    );
    return {
      detail: `${called.length} of ${namespaces.length} namespaces`,
      ...problems(
        !isPossible && {
          severity: 'failed',
          message: `no Pod of any namespace matches the selectors of ${configuration.metadata.name}`,
          hint: "Compare the chart's values webhook.namespaceSelector and webhook.objectSelector with your labels.",
        },
        isPossible &&
          called.length === 0 && {
            severity: 'warning',
            message: 'no namespace opts in, so only Pods with the label proxy-injection=enabled get a proxy',
            hint: 'kubectl label namespace NAME proxy-injection=enabled',
          },
        ...left.map(
          (namespace): Problem => ({
            severity: 'failed',
            message: `namespace ${namespace.metadata.name} opts in, but the webhook's selectors exclude it`,
            hint: 'Remove it from config.excludedNamespaces, or remove its label.',
          }),
        ),
      ),
    };
  },
};

/** What happens if the injector does not answer. */
export const failurePolicy: Check = {
  id: 'failure-policy',
  title: 'An outage of the injector is unlikely to block other Pods',
  async run(installation) {
    const { webhooks } = await installation.webhookConfiguration();
    const policy = webhooks.find(({ failurePolicy }) => failurePolicy !== 'Ignore') ? 'Fail' : 'Ignore';
    const seconds = Math.max(...webhooks.map(({ timeoutSeconds }) => timeoutSeconds ?? 10));
    const ready = (await installation.replicas()).filter(({ isReady }) => isReady).length;
    return {
      detail: `failurePolicy ${policy}, timeout ${seconds} s, ${ready} ready`,
      ...problems(
        policy === 'Fail' &&
          ready < 2 && {
            severity: ready === 0 ? 'failed' : 'warning',
            message:
              ready === 0
                ? 'with failurePolicy Fail and no ready replica, no selected Pod can be created'
                : 'with failurePolicy Fail and one ready replica, the next restart blocks the creation of selected Pods',
            hint:
              ready === 0 ? "Find out why the injector's Pods are not ready." : 'Set replicas to at least 2.',
          },
        policy === 'Ignore' &&
          ready === 0 && {
            severity: 'failed',
            message: 'with failurePolicy Ignore and no ready replica, all Pods start without a proxy',
            hint: "Find out why the injector's Pods are not ready.",
          },
        seconds > LONG_TIMEOUT_SECONDS && {
          severity: 'warning',
          message: `the API server waits up to ${seconds} s for the webhook`,
          hint: `Set webhook.timeoutSeconds to at most ${LONG_TIMEOUT_SECONDS}.`,
        },
      ),
    };
  },
};

/** No other mesh injects the same Pods. */
export const otherWebhooks: Check = {
  id: 'other-webhooks',
  title: 'No other injector adds a proxy to the same Pods',
  async run(installation) {
    const configuration = await installation.webhookConfiguration();
    const namespaces = await installation.namespaces();
    const ours = namespaces.filter((namespace) => selectsPodsIn(configuration, namespace));
    const others = (await installation.webhookConfigurations()).flatMap((other) => {
      const { name } = other.metadata;
      const mesh = injectorOf(other);
      if (mesh === undefined || name === configuration.metadata.name) return [];
      const shared = ours.filter((namespace) => selectsPodsIn(other, namespace));
      return shared.length === 0 ? [] : [{ mesh, name, shared }];
    });
    return problems(
      ...others.map(
        ({ mesh, name, shared }): Problem => ({
          severity: 'failed',
          message: `${mesh} (${name}) also injects Pods in ${list(shared.map(({ metadata }) => metadata.name))}`,
          hint: 'Let each namespace opt in to only one of them.',
        }),
      ),
    );
  },
};

/** The name of the injector that a webhook configuration belongs to; undefined if it is no known injector's. */
export function injectorOf(configuration: KubernetesObject): string | undefined {
  if (isOwnConfiguration(configuration)) return 'another injector of this project';
  return MESHES.find(([pattern]) => pattern.test(configuration.metadata.name))?.[1];
}
