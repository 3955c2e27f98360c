import { HANDLERS, type Handler } from '../../core/pod/probes.js';
import { WARNING_TEXTS } from '../../core/settings/warning-texts.js';
import { bind, emptyUnless, joined, listIn } from '../cel/expressions.js';
import { list } from '../cel/literal.js';
import { sentence } from '../cel/sentence.js';
import type { Variable } from '../program.js';
import { protocolOf } from './containers.js';
import { appliedOverride } from './overrides.js';

/**
 * - `probes`: `proxied` or `direct`
 * - `unredirected`: ranges of ports to which inbound TCP does not go to the proxy
 * - `probeWarnings`: about the probes that go through the proxy; see `core/settings/probe-aliases.ts`
 */
export const PROBE_VARIABLES: readonly Variable[] = [
  {
    name: 'probes',
    expression: `string(${appliedOverride('probes')}.orValue(variables.config.redirect.probes))`,
  },
  { name: 'unredirected', expression: unredirected() },
  { name: 'probeWarnings', expression: probeWarnings() },
];

function unredirected(): string {
  const further = `${listIn('variables.config.proxy.container', 'ports')}.filter(p, ${protocolOf('p')} == "TCP")`;
  const own = `[[int(variables.config.proxy.tcpPort)]] + ${further}.map(p, [int(p.containerPort)])`;
  return `variables.config.redirect.inboundTcp == "enabled" ? ${own} + variables.skipInboundPorts : [[1, 65535]]`;
}

/** The texts about each container are one text, and then split: a list of lists cannot be flattened before 1.34. */
function probeWarnings(): string {
  const ofContainers = (lists: string, isInit: boolean) =>
    `variables.${lists}.map(c, ${joined('+', probesOf(isInit))}.filter(t, t != "").join("\\n"))`;
  const all = `${ofContainers('containers', false)} + ${ofContainers('sidecars', true)}`;
  return `(${all}).filter(t, t != "").join("\\n").split("\\n").filter(t, t != "")`;
}

function probesOf(isInit: boolean): string[] {
  return (Object.keys(HANDLERS) as Handler[]).map((handler) => {
    const { path, actions } = HANDLERS[handler];
    const warnings = actions.map((action) => warningAbout(handler, action, isInit));
    return emptyUnless(`${['c', ...path].join('.?')}.hasValue()`, list(warnings));
  });
}

/** The warning about a probe or hook of the container `c`; empty if there is none. */
function warningAbout(handler: Handler, action: string, isInit: boolean): string {
  const field = ['c', ...HANDLERS[handler].path, action].join('.?');
  const port = bind('a', `${field}.orValue({})`, `a.?host.orValue("") == "" && ${isRedirected('a')}`);
  const runsBefore =
    isInit && ['startupProbe', 'postStart'].includes(handler) ? ' && variables.mode == "native"' : '';
  const isKept = keepsPort(handler, isInit);
  const [kind, isWarned] =
    action === 'tcpSocket'
      ? (['tcp-probe', `(variables.probes == "proxied" || ${isKept})`] as const)
      : (['proxied-probe', `variables.probes == "direct" && ${isKept}`] as const);
  const warning = sentence((container = '') => WARNING_TEXTS[kind](handler, container), 'c.name');
  return `(${field}.hasValue() && ${isWarned}${runsBefore} && ${port} ? ${warning} : "")`;
}

/** A port may be the name of one of the container's. */
function isRedirected(action: string): string {
  const named = `${listIn('c', 'ports')}.filter(q, q.?name.orValue("") == n).map(q, q.containerPort)`;
  const ports = bind('n', `${action}.?port.orValue(0)`, `(type(n) == string ? ${named} : dyn([n]))`);
  const covered = 'variables.unredirected.exists(r, r[0] <= p && p <= r[r.size() - 1])';
  return `${ports}.exists(p, p >= 1 && p <= 65535 && !${covered})`;
}

/** Whether a probe keeps its port although probes are direct. */
function keepsPort(handler: Handler, isInit: boolean): string {
  const sharesName = 'variables.allContainers.filter(d, d.name == c.name).size() > 1';
  if (!isInit || handler !== 'livenessProbe') return `(${sharesName})`;
  const isLast = 'variables.initContainers[variables.initContainers.size() - 1].name == c.name';
  return `(${sharesName} || (variables.mode == "container" && !(${isLast})))`;
}
