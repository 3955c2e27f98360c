import { settingSchema } from '../../../src/config/json-schema/setting-schema.js';
import { Configuration } from '../../../src/config/schema/configuration.js';
import { integer, valueType } from '../../../src/config/schema/expectation.js';
import { type SettingEntry, settingsOf } from '../../../src/config/schema/setting.js';
import { DRAIN_SECONDS } from '../../../src/core/settings/drain-seconds.js';
import { SYSTEM_NAMESPACES } from '../../../src/core/settings/settings.js';
import { choice } from '../../../src/core/values/value-type.js';
import { PRODUCT_VERSION } from '../../../src/core/version.js';
import type { ChartValue, ValueSection } from './values-file.js';

/** Settings that the chart sets itself, or that only apply outside a cluster. */
const NOT_IN_CHART = [
  'version',
  'selection',
  'namespaces',
  'webhook.clientCa',
  'tls.cert',
  'tls.key',
  'kubernetes.serviceAccount',
];

const PORT = integer(1, 65535);

/** Settings that differ in the chart. */
const IN_CHART: { readonly [path: string]: Partial<SettingEntry> } = {
  ineligiblePods: { default: 'admit' },
  // cert-manager issues the certificate that the injector needs.
  excludedNamespaces: { default: [...SYSTEM_NAMESPACES, 'cert-manager'] },
  // The registry is a value of the chart.
  'init.image': { default: `proxy-injector/proxy-init:${PRODUCT_VERSION}` },
  // Unset, so that a preset can set them.
  'proxy.image': {
    default: undefined,
    help: `Image of the proxy. If unset, that of the preset, or ${new Configuration().proxy.image} without a preset.`,
  },
  'proxy.holdApplication': {
    default: undefined,
    help:
      'Whether the app starts only once the proxy listens. In mode `container`, this needs a hook that waits for the ' +
      'proxy, in `config.proxy.container.lifecycle.postStart.exec`. If unset, the preset decides, or it is disabled ' +
      'without a preset.',
  },
  'proxy.drainSeconds': {
    default: undefined,
    help:
      'How long the proxy keeps serving in mode `container` after its Pod is deleted, by a `preStop` sleep. `auto`: as ' +
      "long as the longest sleep of the Pod's own `preStop` hooks. A number: at least that many seconds. 0: no sleep. " +
      'If unset, the preset decides, or it is `auto` without a preset. Before Kubernetes 1.30, it is always 0.',
    schema: { ...DRAIN_SECONDS.schema, type: ['string', 'integer', 'null'] },
  },
  'redirect.inboundUdp': {
    default: undefined,
    help:
      'Whether to redirect inbound UDP packets to `proxy.udpPort`. The proxy cannot learn their original destinations: ' +
      'disable this unless it knows where to send them. If unset, the preset decides, or it is enabled without a ' +
      'preset.',
  },
  'proxy.mode': {
    default: 'auto',
    help:
      'How the proxy runs: as a container or as a native sidecar. `auto` is `native` on Kubernetes 1.29 and later, and ' +
      '`container` before. Without the chart, the default is `container`.',
    ...valueType(choice(['auto', 'container', 'native'])),
  },
  'proxy.container': {
    help:
      'More fields of the proxy container, such as resources, env, probes, lifecycle, and volumeMounts. Unless you set ' +
      'resources, they are those of the preset, or requests of 50m CPU and 64Mi memory without a preset. `resources: ' +
      '{}` sets none.',
  },
  'init.container': {
    // `npm run bench` measures it: with the longest lists, 5 MiB, and 56 ms of CPU time with nft.
    default: { resources: { requests: { cpu: '50m', memory: '16Mi' }, limits: { memory: '32Mi' } } },
    help:
      'More fields of the init container, such as resources and env. It uses at most 5 MiB, and 60 ms of CPU time (200 ' +
      'with iptables-legacy), so a CPU limit would slow the start. It runs before the app, so its requests only count if ' +
      'they exceed those of all other containers together.',
  },
  // Not 0: the Service and the probes need a fixed port.
  'webhook.port': { help: 'HTTPS port of `POST /mutate`.', ...PORT },
  'management.port': { help: 'HTTP port of `/livez`, `/readyz`, and `/metrics`.', ...PORT },
};

/** The section of values.yaml with the settings of the service and their defaults. */
export function configSection(): ValueSection {
  const settings = settingsOf(Configuration).filter(({ path }) => !NOT_IN_CHART.includes(path.join('.')));
  return {
    title: 'Injector configuration',
    text: `\
The names are those of the configuration file. The injector reloads changes within about a minute, without a restart.
Only the few settings that are read at startup replace the Pods. An installation or upgrade fails on a value that the
injector would reject (\`configCheck\`). If an invalid configuration reaches it anyway, it logs the errors and keeps
the last valid one active, and an alert fires.`,
    values: settings.map((setting) => chartValueOf({ ...setting, ...IN_CHART[setting.path.join('.')] })),
  };
}

function chartValueOf(setting: SettingEntry): ChartValue {
  const { path, help, expected, restart } = setting;
  const notes = [help, `Value: ${expected}.`, restart && 'Changing it replaces the replicas.'];
  return {
    path: ['config', ...path],
    default: setting.default ?? null,
    description: notes.filter(Boolean).join(' '),
    schema: settingSchema(setting),
  };
}
