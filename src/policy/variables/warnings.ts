import { HASH } from '../../core/decision/rules.js';
import { CONFIG_HASH, GUARD, overrideKey, PREFIX, TOGGLE } from '../../core/pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { QOS_RESOURCES } from '../../core/resources/guaranteed.js';
import { SHUTDOWN_SECONDS } from '../../core/settings/drain.js';
import { KNOWN_KEYS, resourceOverride } from '../../core/settings/overrides.js';
import { LIMIT_FLOORS } from '../../core/settings/resolved-settings.js';
import { SWITCH } from '../../core/settings/settings.js';
import { WARNING_TEXTS, type WarningKind } from '../../core/settings/warning-texts.js';
import { bind, emptyUnless, joined, listIn, matches, quoted } from '../cel/expressions.js';
import { list, text, texts } from '../cel/literal.js';
import { sentence } from '../cel/sentence.js';
import type { Variable } from '../program.js';
import { AMOUNTS } from './overrides.js';

type ContainerKind = (typeof AMOUNTS)[number]['container'];
const NOUNS = { proxy: 'proxy', init: 'init container' } as const;
const NAMES = { proxy: PROXY_NAME, init: INIT_NAME } as const;

/** The lists of warnings in the order of the webhook's, each with its kinds. A test expects every kind here. */
export const WARNING_LISTS: readonly {
  readonly kinds: readonly WarningKind[];
  readonly expression: string;
}[] = [
  {
    kinds: ['small-limit'],
    expression: emptyUnless(
      'variables.resources.size() > 0',
      joined('+', (['proxy', 'init'] as const).flatMap(smallLimits)),
    ),
  },
  { kinds: ['not-guaranteed'], expression: joined('+', (['init', 'proxy'] as const).map(notGuaranteed)) },
  { kinds: ['pod-resources'], expression: ineffective() },
  { kinds: ['not-completing'], expression: notCompleting() },
  { kinds: ['short-drain'], expression: shortDrain() },
  { kinds: ['tcp-probe', 'proxied-probe'], expression: 'variables.probeWarnings' },
  { kinds: ['redirected-udp'], expression: redirectedUdp() },
  { kinds: ['unknown-annotation'], expression: ofUnknownKeys('podAnnotations', 'unknown-annotation') },
  {
    kinds: ['unknown-namespace-annotation'],
    expression: ofUnknownKeys('namespaceAnnotations', 'unknown-namespace-annotation'),
  },
  { kinds: ['label'], expression: ofUnknownKeys('podLabels', 'label') },
  {
    kinds: ['guard-label'],
    expression: `(${text(GUARD)} in variables.podLabels ? [${text(WARNING_TEXTS['guard-label'](GUARD))}] : [])`,
  },
  { kinds: ['namespace-label'], expression: ofUnknownKeys('namespaceLabels', 'namespace-label') },
  { kinds: ['invalid-namespace-label'], expression: invalidNamespaceLabel() },
];

/** The kinds that are not about a Pod that is to be injected, but about one that was. */
export const INJECTED_KINDS: readonly WarningKind[] = ['other-configuration'];

/**
 * In the words of the webhook:
 * - `warnings`: about a Pod that is to be injected
 * - `otherConfiguration`: the same about one that was, as a list
 */
export const WARNING_VARIABLES: readonly Variable[] = [
  { name: 'udpPorts', expression: udpPorts() },
  { name: 'otherConfiguration', expression: otherConfiguration() },
  {
    name: 'warnings',
    expression: joined(
      '+',
      WARNING_LISTS.map(({ expression }) => expression),
    ),
  },
];

function smallLimits(container: ContainerKind): string[] {
  return Object.entries(LIMIT_FLOORS).map(([resource, floor]) => {
    const limit = `variables.resources[?${text(resourceOverride(container, resource, 'limit'))}]`;
    const amount = `quantity(${limit}.value())`;
    const isSmall = `sign(${amount}) > 0 && ${amount}.isLessThan(quantity(${text(floor)}))`;
    const warning = sentence(
      (given = '') => WARNING_TEXTS['small-limit'](NOUNS[container], resource, given, floor),
      `${limit}.value()`,
    );
    return `(${limit}.hasValue() && ${isSmall} ? [${warning}] : [])`;
  });
}

/** About a container with which a Pod is no longer Guaranteed. */
function notGuaranteed(container: ContainerKind): string {
  const amount = (resource: string, kind: 'request' | 'limit') =>
    `variables.resources[?${text(resourceOverride(container, resource, kind))}]`;
  const isGuaranteed = QOS_RESOURCES.map((resource) => {
    const limit = amount(resource, 'limit');
    const request = `quantity(${amount(resource, 'request')}.or(${limit}).value())`;
    return (
      `${limit}.hasValue() && sign(quantity(${limit}.value())) > 0 && ` +
      `${request}.compareTo(quantity(${limit}.value())) == 0`
    );
  }).join(' && ');
  const missing = list(
    QOS_RESOURCES.map((resource) => `${amount(resource, 'limit')}.hasValue() ? "" : ${text(resource)}`),
  );
  const why = bind(
    'l',
    `${missing}.filter(r, r != "")`,
    'l.size() > 0 ? "has no " + l.join(" and ") + " limit" : "has limits other than its requests"',
  );
  const warning = sentence((reason = '') => WARNING_TEXTS['not-guaranteed'](NAMES[container], reason), why);
  return `(!variables.hasPodResources && variables.isGuaranteed && !(${isGuaranteed}) ? [${warning}] : [])`;
}

/** About overrides of amounts that the resources of the Pod itself replace. */
function ineffective(): string {
  const keys = (container: ContainerKind) =>
    texts(AMOUNTS.filter((each) => each.container === container).map(({ name }) => overrideKey(name)));
  const own = `(variables.config.proxy.podResources == "grow" ? [] : ${keys('proxy')}) + ${keys('init')}`;
  const warning = sentence((key = '') => WARNING_TEXTS['pod-resources'](key), 'k');
  return `(variables.hasPodResources ? (${own}).filter(k, k in variables.podAnnotations).map(k, ${warning}) : [])`;
}

function notCompleting(): string {
  const completes = 'variables.pod.spec.?restartPolicy.orValue("Always") != "Always"';
  return `(variables.mode == "container" && ${completes} ? [${text(WARNING_TEXTS['not-completing']())}] : [])`;
}

function shortDrain(): string {
  const warning = sentence(
    (seconds = '', wanted = '', gracePeriod = '') =>
      WARNING_TEXTS['short-drain'](seconds, wanted, gracePeriod),
    'variables.drain',
    'variables.wantedDrain',
    `(variables.wantedDrain + ${SHUTDOWN_SECONDS})`,
  );
  return `(variables.drain < variables.wantedDrain ? [${warning}] : [])`;
}

/** The UDP ports that are redirected. Lists of lists cannot be flattened before 1.34, so the ports become one text. */
function udpPorts(): string {
  const ofContainer = `${listIn('c', 'ports')}.filter(p, p.?protocol.orValue("") == "UDP").map(p, string(p.containerPort))`;
  const all = `variables.concurrent.map(c, ${ofContainer}.join(",")).join(",").split(",").filter(t, t != "").map(t, int(t))`;
  const covered = 'variables.skipInboundPorts.exists(r, r[0] <= p && p <= r[r.size() - 1])';
  return `variables.config.redirect.inboundUdp != "enabled" ? [] : ${all}.filter(p, !${covered})`;
}

/** Counts the other ports: each of N equal ones counts as one Nth, because `distinct` does not exist before 1.34. */
function redirectedUdp(): string {
  const first = 'variables.udpPorts[0]';
  const shares = 'o.map(p, 1.0 / double(o.filter(q, q == p).size())).sum()';
  const ports = bind(
    'o',
    `variables.udpPorts.filter(p, p != ${first})`,
    `"port " + string(${first}) + (o.size() == 0 ? "" : " and " + string(int(${shares} + 0.5)) + " more")`,
  );
  const warning = sentence((shown = '') => WARNING_TEXTS['redirected-udp'](shown), ports);
  return `(variables.udpPorts.size() == 0 ? [] : [${warning}])`;
}

/** The known keys with the prefix are those of annotations, and of one label of namespaces. */
function ofUnknownKeys(map: string, kind: WarningKind): string {
  const known = map.endsWith('Labels') ? [GUARD] : [...KNOWN_KEYS].filter((key) => key.startsWith(PREFIX));
  const warning = sentence((key = '') => WARNING_TEXTS[kind](key, '', '', ''), 'k');
  return `variables.${map}.filter(k, k.startsWith(${text(PREFIX)}) && !(k in ${texts(known)})).map(k, ${warning})`;
}

function otherConfiguration(): string {
  const given = `variables.podAnnotations[?${text(CONFIG_HASH)}].orValue("")`;
  const now = 'variables.config.identity.configHash';
  const warning = sentence(
    (before = '', hash = '') => WARNING_TEXTS['other-configuration'](before, hash),
    `(${matches(given, HASH)} ? ${given} : "unknown")`,
    now,
  );
  return `variables.done && ${given} != ${now} ? [${warning}] : []`;
}

function invalidNamespaceLabel(): string {
  const given = `variables.namespaceLabels[?${text(TOGGLE)}]`;
  const isValid = `${given}.orValue("enabled") in ${texts(['enabled', 'disabled'])}`;
  const violation = `${text(`namespace label ${TOGGLE}: expected ${SWITCH.expected}, got `)} + ${quoted(`${given}.value()`)}`;
  return `(${isValid} ? [] : [${violation}])`;
}
