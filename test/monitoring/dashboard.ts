import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/checkout.js';

/** The chart's dashboard. */
export const DASHBOARD_FILE = join(ROOT, 'helm', 'proxy-injector', 'files', 'dashboard.json');

/**
 * Part of a Grafana dashboard:
 * grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model
 */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
}

export interface Panel {
  readonly id: number;
  readonly type: 'row' | 'stat' | 'timeseries' | 'heatmap' | 'table' | 'state-timeline';
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly Target[];
  // biome-ignore lint/suspicious/noExplicitAny: the settings depend on the type of the panel
  readonly [setting: string]: any;
}

export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant: boolean;
  readonly datasource: { readonly type: string; readonly uid: string };
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(DASHBOARD_FILE, 'utf8'));
}

/** Replaces Grafana's variables in a query. `$namespace` and `$pod` match all; `$__rate_interval` is `rateInterval`. */
export function interpolate(expr: string, rateInterval: string): string {
  return expr
    .replaceAll('$__rate_interval', rateInterval)
    .replaceAll('$namespace', '.*')
    .replaceAll('$pod', '.*');
}

/** All queries of a dashboard, each with its panel. */
export function queriesOf({
  panels,
}: Dashboard): readonly { readonly panel: Panel; readonly target: Target }[] {
  return panels.flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })));
}
