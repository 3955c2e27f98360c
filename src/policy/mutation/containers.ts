import { INIT_UID } from '../../core/patch/containers.js';
import { STARTUP_SECONDS } from '../../core/patch/ordering.js';
import { INIT_NAME, PROXY_NAME } from '../../core/pod/container-names.js';
import { FROM_NAMESPACE, LOG_LEVEL_VARIABLE } from '../../core/settings/settings.js';
import { text } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { appliedOverride } from '../variables/overrides.js';
import { mapOf, merged, onlyIf, without } from './expressions.js';

/** The two containers: see `initContainer` and `proxyContainer` of the core. */
export const CONTAINER_VARIABLES: readonly Variable[] = [
  { name: 'initSecurityDefaults', expression: initSecurityDefaults() },
  {
    name: 'initSecurityConfigured',
    expression: without('variables.config.init.container.?securityContext.orValue({})', 'capabilities'),
  },
  {
    name: 'initSecurityContext',
    expression: merged('variables.initSecurityDefaults', 'variables.initSecurityConfigured'),
  },
  {
    name: 'initOwn',
    expression: mapOf({
      name: text(INIT_NAME),
      image: 'variables.config.init.image',
      '?imagePullPolicy': 'variables.config.init.?imagePullPolicy',
      terminationMessagePolicy:
        "variables.config.init.container.?terminationMessagePolicy.orValue('FallbackToLogsOnError')",
      '?resources': onlyIf('variables.initResources.size() > 0', 'variables.initResources'),
      env: mergedEnv('variables.rulesEnv', 'init'),
      securityContext: 'variables.initSecurityContext',
    }),
  },
  { name: 'initConfigured', expression: without('variables.config.init.container', 'resources') },
  { name: 'initContainer', expression: merged('variables.initConfigured', 'variables.initOwn') },
  {
    name: 'proxyEnv',
    expression: mergedEnv(
      `[${appliedOverride('log-level')}.or(variables.config.proxy.?logLevel)].filter(l, l.hasValue())` +
        `.map(l, {'name': dyn(${text(LOG_LEVEL_VARIABLE)}), 'value': dyn(l.value())})`,
      'proxy',
    ),
  },
  {
    name: 'proxySecurityDefaults',
    expression: mapOf({
      allowPrivilegeEscalation: 'false',
      capabilities: "{'drop': ['ALL']}",
      runAsGroup: 'variables.gid',
      runAsNonRoot: 'true',
      runAsUser: 'variables.uid',
      seccompProfile: "{'type': 'RuntimeDefault'}",
    }),
  },
  {
    name: 'proxySecurityConfigured',
    expression: 'variables.config.proxy.container.?securityContext.orValue({})',
  },
  {
    name: 'proxySecurityContext',
    expression: merged('variables.proxySecurityDefaults', 'variables.proxySecurityConfigured'),
  },
  {
    name: 'proxyLifecycle',
    expression: mapOf({
      '?postStart': 'variables.config.proxy.container.?lifecycle.?postStart',
      preStop: "{'sleep': {'seconds': variables.drain}}",
    }),
  },
  {
    name: 'proxyStartupProbe',
    expression: mapOf({
      tcpSocket: "{'port': variables.config.proxy.tcpPort}",
      periodSeconds: '1',
      failureThreshold: String(STARTUP_SECONDS),
    }),
  },
  {
    name: 'proxyOwn',
    expression: mapOf({
      name: text(PROXY_NAME),
      image: `${appliedOverride('image')}.orValue(string(variables.config.proxy.image))`,
      '?imagePullPolicy': `${appliedOverride('image-pull-policy')}.or(variables.config.proxy.?imagePullPolicy)`,
      '?resources': onlyIf('variables.proxyResources.size() > 0', 'variables.proxyResources'),
      '?startupProbe': onlyIf(
        "variables.mode == 'native' && variables.holdsApplication && !variables.config.proxy.container.?startupProbe.hasValue()",
        'variables.proxyStartupProbe',
      ),
      '?lifecycle': onlyIf('variables.drain > 0', 'variables.proxyLifecycle'),
      ports:
        "[{'containerPort': dyn(variables.config.proxy.tcpPort), 'protocol': dyn('TCP')}, " +
        "{'containerPort': dyn(variables.config.proxy.udpPort), 'protocol': dyn('UDP')}] " +
        '+ variables.config.proxy.container.?ports.orValue([])',
      '?env': onlyIf('variables.proxyEnv.size() > 0', 'variables.proxyEnv'),
      '?restartPolicy': onlyIf("variables.mode == 'native'", text('Always')),
      securityContext: 'variables.proxySecurityContext',
    }),
  },
  { name: 'proxyConfigured', expression: without('variables.config.proxy.container', 'resources') },
  { name: 'proxyContainer', expression: merged('variables.proxyConfigured', 'variables.proxyOwn') },
];

function initSecurityDefaults(): string {
  const id = (name: string) =>
    `variables.config.proxy.${name} == ${text(FROM_NAMESPACE)} ? variables.${name} : ${INIT_UID}`;
  const capabilities = 'variables.config.init.container.?securityContext.?capabilities';
  return mapOf({
    allowPrivilegeEscalation: 'false',
    capabilities: mapOf({
      add: `(['NET_ADMIN'] + ${capabilities}.?add.orValue([])).distinct()`,
      drop: `${capabilities}.?drop.orValue(['ALL'])`,
    }),
    readOnlyRootFilesystem: 'true',
    runAsGroup: id('gid'),
    runAsNonRoot: 'variables.config.init.container.?securityContext.?runAsUser.orValue(1) != 0',
    runAsUser: id('uid'),
    seccompProfile: "{'type': 'RuntimeDefault'}",
  });
}

/** The environment variables of the injector, and the configured ones with other names. */
function mergedEnv(own: string, kind: 'init' | 'proxy'): string {
  const configured = `variables.config.${kind}.container.?env.orValue([])`;
  return `[${own}].map(o, o + ${configured}.filter(v, !o.exists(e, e.name == v.name)))[0]`;
}
