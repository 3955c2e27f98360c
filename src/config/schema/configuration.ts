import { OVERRIDE_NAMES } from '../../core/settings/overrides.js';
import { INELIGIBLE_POLICY, type IneligiblePolicy, type Settings } from '../../core/settings/settings.js';
import { DNS_LABEL } from '../../core/values/dns-label.js';
import { isObject } from '../../core/values/json.js';
import { atMost, listOf, mapOf, text, valueType } from './expectation.js';
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
  ShutdownConfiguration,
  TlsConfiguration,
  WebhookConfiguration,
} from './service-sections.js';
import { Section, Setting } from './setting.js';

/** The whole configuration: its initial values are the defaults, and the only ones there are. */
export class Configuration implements Settings {
  @Setting({
    help: 'Whether Pods that must not get a proxy are refused (`deny`) or let in unchanged with a warning (`admit`).',
    ...valueType(INELIGIBLE_POLICY),
  })
  ineligiblePods: IneligiblePolicy = 'deny';

  @Setting({
    help: "Namespaces whose Pods are let in unchanged; the injector's own is added in a cluster.",
    expected: 'a list of namespace names',
    check: listOf((entry) => text(entry) && DNS_LABEL.test(entry)),
    schema: { items: { type: 'string', pattern: DNS_LABEL.source } },
  })
  excludedNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

  @Setting({
    help: 'Annotations that Pods and namespaces may override settings with, without the prefix `proxy-injection/`.',
    expected: `a list with any of ${OVERRIDE_NAMES.join(', ')}`,
    check: listOf((entry) => OVERRIDE_NAMES.some((name) => name === entry)),
    schema: { items: { enum: OVERRIDE_NAMES } },
  })
  allowedOverrides: readonly string[] = OVERRIDE_NAMES.filter((name) => !name.startsWith('image'));

  @Section(ProxyConfiguration)
  proxy = new ProxyConfiguration();

  @Section(InitConfiguration)
  init = new InitConfiguration();

  @Section(RedirectConfiguration)
  redirect = new RedirectConfiguration();

  @Section(PodConfiguration)
  pod = new PodConfiguration();

  @Setting({
    help: 'Namespaces and their annotations where there is no cluster to look them up in.',
    expected:
      'a map of namespaces, each with a map of annotations: {shop: {annotations: {proxy-injection: disabled}}}',
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
}
