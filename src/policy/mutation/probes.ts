import { HANDLERS } from '../../core/pod/probes.js';
import { ALIAS_PORTS } from '../../core/settings/probe-aliases.js';
import { bind, joined } from '../cel/expressions.js';
import { list, map, text } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { covers } from './redirect.js';

const IS_SIDECAR = 'e.container.?restartPolicy.orValue("") == "Always"';

/** Whether a container starts before the redirect is in place. */
const BEFORE_REDIRECT = 'p.list == "initContainers" && variables.mode == "container"';

const COUNT = ALIAS_PORTS.last - ALIAS_PORTS.first + 1;

/** The probes and hooks of a Pod that get an alias for their port: see `planProbes` of the core. */
export const PROBE_VARIABLES: readonly Variable[] = [
  {
    name: 'probedContainers',
    expression: `${indexed('containers')} + ${indexed('initContainers')}.filter(e, ${IS_SIDECAR})`,
  },
  {
    name: 'probePorts',
    expression: `variables.probedContainers.map(e, ${joined('+', Object.entries(HANDLERS).map(ofHandler))}).flatten()`,
  },
  {
    name: 'redirectedProbes',
    expression:
      'variables.probePorts.filter(p, !p.hasHost && !variables.unredirected.exists(r, r[0] <= p.port && p.port <= r[r.size() - 1])' +
      ` && !(${BEFORE_REDIRECT} && p.handler in ["startupProbe", "postStart"]))`,
  },
  {
    name: 'aliasedProbes',
    expression:
      'variables.probes == "proxied" ? [] : variables.redirectedProbes.filter(p,' +
      ' variables.allContainers.filter(c, c.name == p.container).size() == 1' +
      ` && !(${BEFORE_REDIRECT} && p.handler == "livenessProbe" && p.index + 1 != variables.initContainers.size()))`,
  },
  { name: 'aliasedPorts', expression: 'variables.aliasedProbes.map(p, p.port).distinct()' },
  {
    name: 'usedPorts',
    expression:
      '[variables.config.proxy.tcpPort, variables.config.proxy.udpPort]' +
      ' + variables.config.proxy.container.?ports.orValue([]).map(p, p.containerPort) + variables.probePorts.map(p, p.port)' +
      ' + variables.allContainers.map(c, c.?ports.orValue([]).map(p, p.containerPort)).flatten()',
  },
  {
    name: 'freePorts',
    expression:
      'variables.aliasedPorts.size() == 0 ? [] : ' +
      `lists.range(${COUNT}).map(i, i + ${ALIAS_PORTS.first})` +
      `.filter(f, !(f in variables.usedPorts) && !${covers('variables.skipInboundPorts', 'f')})`,
  },
  {
    name: 'probeAliases',
    expression:
      'lists.range(variables.aliasedPorts.size()).filter(i, i < variables.freePorts.size())' +
      '.map(i, {"alias": variables.freePorts[i], "port": int(variables.aliasedPorts[i])})',
  },
  {
    name: 'replacedProbes',
    expression: 'variables.aliasedProbes.filter(p, variables.probeAliases.exists(a, a.port == p.port))',
  },
  {
    name: 'probeOps',
    expression:
      'variables.replacedProbes.map(p, {"op": dyn("replace"), "from": dyn(""),' +
      ' "path": dyn("/spec/" + p.list + "/" + string(p.index) + "/" + p.field.replace(".", "/")),' +
      ' "value": dyn(variables.probeAliases.filter(a, a.port == p.port)[0].alias)})',
  },
  {
    name: 'addedProbes',
    expression: `variables.replacedProbes.size() == 0 ? [] : ['"probes":{' + ${originalPorts()} + '}']`,
  },
];

function indexed(field: 'containers' | 'initContainers'): string {
  const containers = `variables.${field}`;
  const entry = map([
    ['container', `dyn(${containers}[i])`],
    ['index', 'dyn(i)'],
    ['list', `dyn(${text(field)})`],
  ]);
  return `lists.range(${containers}.size()).map(i, ${entry})`;
}

/** The ports of one probe or hook, as a list of none or one for each action. */
function ofHandler([name, { path, actions }]: [string, (typeof HANDLERS)[keyof typeof HANDLERS]]): string {
  const handler = path.reduce((object, key) => `${object}.?${key}`, 'e.container');
  const entry = map([
    ['container', 'dyn(e.container.name)'],
    ['list', 'dyn(e.list)'],
    ['index', 'dyn(e.index)'],
    ['handler', `dyn(${text(name)})`],
    ['action', 'dyn(a)'],
    ['field', `dyn(${text(`${path.join('.')}.`)} + a + ".port")`],
    ['given', 'dyn(h[a].port)'],
    ['port', 'dyn(n)'],
    ['hasHost', 'dyn(h[a].?host.orValue("") != "")'],
  ]);
  const ports = `(type(h[a].port) == int ? [h[a].port] : a == "grpc" ? [] : ${named()}).filter(n, n >= 1 && n <= 65535)`;
  return bind(
    'h',
    `${handler}.orValue({})`,
    `${list(actions.map((action) => text(action)))}.filter(a, h[?a].?port.hasValue()).map(a, ${ports}.map(n, ${entry})).flatten()`,
  );
}

/** The port of the container that a probe names. */
function named(): string {
  return bind(
    's',
    'e.container.?ports.orValue([]).filter(p, p.?name.orValue("") == h[a].port).map(p, p.containerPort)',
    's.size() > 0 ? [s[0]] : []',
  );
}

/** The replaced ports as the annotation `added` lists them. */
function originalPorts(): string {
  const port = `(type(p.given) == int ? string(p.given) : '"' + p.given + '"')`;
  const ofContainer = `variables.replacedProbes.filter(p, p.container == n).map(p, '"' + p.field + '":' + ${port}).join(',')`;
  return `variables.replacedProbes.map(p, string(p.container)).distinct().map(n, '"' + n + '":{' + ${ofContainer} + '}').join(',')`;
}
