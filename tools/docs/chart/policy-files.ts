import { join } from 'node:path';
import { stringify } from 'yaml';
import { envoy, METRICS_PORT_NAME, OWN_PORTS } from '../../../src/config/presets/envoy.js';
import { Configuration } from '../../../src/config/schema/configuration.js';
import { settingsOf } from '../../../src/config/schema/setting.js';
import { POLICY_SETTINGS } from '../../../src/policy/config.js';
import { POD_PROGRAMS } from '../../../src/policy/objects/programs.js';
import { ownersPolicy } from '../../../src/policy/owners.js';
import { ROOT } from '../../checkout.js';
import type { ChartFile } from './chart-files.js';

const FOLDER = join(ROOT, 'helm', 'proxy-injector', 'files', 'policies');
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** The admission policies, and what the chart needs to write the settings into them. */
export function policyFiles(): ChartFile[] {
  return [
    { path: join(FOLDER, 'pods.yaml'), text: stringify(POD_PROGRAMS, STYLE) },
    { path: join(FOLDER, 'owners.yaml'), text: stringify(ownersPolicy(), STYLE) },
    { path: join(FOLDER, 'settings.json'), text: `${JSON.stringify(settings(), null, 2)}\n` },
  ];
}

/**
 * The settings that policies depend on, with their defaults, and the settings of the presets. `isText`: numbers and
 * lists become text. `isMap`: the fields of a preset are merged with those that are configured.
 */
function settings(): object {
  const names: readonly string[] = POLICY_SETTINGS;
  const entries = settingsOf(Configuration).filter(({ path: [first = ''] }) => names.includes(first));
  return {
    settings: entries.map(({ path, default: value }) => ({
      path,
      ...(value !== undefined && { default: value }),
      ...(typeof value === 'string' && { isText: true }),
    })),
    presets: { envoy: envoyPreset() },
  };
}

/** Numbers that stand for the ports in a preset: no other text has them. */
const MARKS = { tcpPort: 65_101, metricsPort: 65_102, adminPort: OWN_PORTS[0] };

/** The preset for each of its inputs, as text with the ports `@tcpPort@`, `@metricsPort@`, and `@adminPort@`. */
function envoyPreset(): object {
  const variants = (['container', 'native'] as const).flatMap((mode) =>
    (['enabled', 'disabled'] as const).flatMap((accessLog) =>
      (['enabled', 'disabled'] as const).map((ipv6) => {
        const container = { ports: [{ name: METRICS_PORT_NAME, containerPort: MARKS.metricsPort }] };
        return [
          `${mode}-${accessLog}-${ipv6}`,
          marked(envoy({ mode, accessLog, ipv6, tcpPort: MARKS.tcpPort, container })),
        ];
      }),
    ),
  );
  return { portName: METRICS_PORT_NAME, ports: OWN_PORTS, variants: Object.fromEntries(variants) };
}

function marked(preset: ReturnType<typeof envoy>): string {
  return Object.entries(MARKS).reduce(
    (text, [name, port]) => text.replaceAll(String(port), `@${name}@`),
    JSON.stringify(preset),
  );
}
