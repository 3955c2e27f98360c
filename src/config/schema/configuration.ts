import { OVERRIDE_NAMES } from '../../core/settings/overrides.js';
import {
  INELIGIBLE_POLICY,
  type IneligiblePolicy,
  SELECTION,
  type SelectionMode,
  type Settings,
  SWITCH,
  type Switch,
  SYSTEM_NAMESPACES,
} from '../../core/settings/settings.js';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import { isObject } from '../../core/values/json.js';
import { atMost, listOf, mapOf, nonEmpty, text, valueType } from './expectation.js';
import { CONTAINER_PATTERN, FOREIGN_PROXIES, METADATA_PATTERN } from './foreign-proxies.js';
import {
  InitConfiguration,
  PodConfiguration,
  ProxyConfiguration,
  RedirectConfiguration,
} from './injection-sections.js';
import {
  KubernetesConfiguration,
  LogConfiguration,
  ManagementConfiguration,
  ManifestsConfiguration,
  ShutdownConfiguration,
  TlsConfiguration,
  WebhookConfiguration,
} from './service-sections.js';
import { Section, Setting } from './setting.js';

/** The configuration. The initial values are the defaults; they are defined nowhere else. */
export class Configuration implements Settings {
  @Setting({
    help:
      'Version of the injector that the file is written for. An injector of another version that starts with the file ' +
      'ignores unknown keys. The chart sets it.',
    expected: 'a version, such as 1.2.3',
    check: nonEmpty,
  })
  version: string | undefined = undefined;

  @Setting({
    help: 'Whether to deny Pods that must not get a proxy, or to admit them without one, with a warning.',
    ...valueType(INELIGIBLE_POLICY),
  })
  ineligiblePods: IneligiblePolicy = 'deny';

  @Setting({
    help:
      'For which Pods the API server calls the webhook: those that opted in, or all that did not opt out. Only ' +
      'the command line reads it. The chart sets it to its value `webhook.selection`.',
    ...valueType(SELECTION),
  })
  selection: SelectionMode = 'optIn';

  @Setting({
    help:
      'Namespaces whose Pods are admitted without a proxy. kube-system, kube-public, kube-node-lease, and, in a cluster, ' +
      "the injector's own namespace are always excluded.",
    expected: 'a list of namespace names',
    check: listOf((entry) => text(entry) && DNS_LABEL.test(entry)),
    schema: { items: { type: 'string', pattern: DNS_LABEL.source } },
  })
  excludedNamespaces: readonly string[] = SYSTEM_NAMESPACES;

  @Setting({
    help: 'Annotations that may override settings on Pods and namespaces, without the prefix `proxy-injection/`.',
    expected: `a list with any of ${OVERRIDE_NAMES.join(', ')}`,
    check: listOf((entry) => OVERRIDE_NAMES.some((name) => name === entry)),
    schema: { items: { enum: OVERRIDE_NAMES } },
  })
  allowedOverrides: readonly string[] = OVERRIDE_NAMES.filter((name) => !name.startsWith('image'));

  @Setting({
    help: 'How to recognize Pods of other meshes, which are ineligible. A list replaces the default.',
    expected: 'a list of objects with a name, and with containers or metadata',
    check: Array.isArray,
    schema: {
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1 },
          containers: { type: 'array', items: { type: 'string', pattern: CONTAINER_PATTERN.source } },
          metadata: { type: 'array', items: { type: 'string', pattern: METADATA_PATTERN.source } },
        },
        additionalProperties: false,
      },
    },
    verbatim: true,
  })
  foreignProxies: Settings['foreignProxies'] = FOREIGN_PROXIES;

  @Setting({
    help:
      'Whether Pods that are admitted without a proxy get annotations with the reason, and injected Pods one with the ' +
      'warnings, so that `kubectl describe pod` shows them.',
    ...valueType(SWITCH),
  })
  annotateOutcome: Switch = 'enabled';

  @Setting({
    help:
      'Whether to write an Event to the controller of a Pod that is skipped, denied, or injected with a warning. ' +
      'Needs the permission to create and patch Events, which the chart grants.',
    ...valueType(SWITCH),
  })
  events: Switch = 'disabled';

  @Section(ProxyConfiguration)
  proxy = new ProxyConfiguration();

  @Section(InitConfiguration)
  init = new InitConfiguration();

  @Section(RedirectConfiguration)
  redirect = new RedirectConfiguration();

  @Section(PodConfiguration)
  pod = new PodConfiguration();

  @Setting({
    help: 'Annotations of namespaces, for running without a cluster.',
    expected:
      'a map of namespaces with annotations, such as {shop: {annotations: {proxy-injection: disabled}}}',
    check: mapOf((e) => isObject(e) && mapOf(text)(e.annotations ?? {}) && atMost(['annotations'], e)),
    verbatim: true,
  })
  namespaces: { readonly [name: string]: { readonly annotations?: { readonly [key: string]: string } } } = {};

  @Section(WebhookConfiguration)
  webhook = new WebhookConfiguration();

  @Section(ManagementConfiguration)
  management = new ManagementConfiguration();

  @Section(TlsConfiguration)
  tls = new TlsConfiguration();

  @Section(KubernetesConfiguration)
  kubernetes = new KubernetesConfiguration();

  @Section(ShutdownConfiguration)
  shutdown = new ShutdownConfiguration();

  @Section(LogConfiguration)
  log = new LogConfiguration();

  @Section(ManifestsConfiguration)
  manifests = new ManifestsConfiguration();
}
