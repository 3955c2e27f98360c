import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../tools/checkout.js';

/** The chart's alerting rules. */
export const ALERTS_FILE = join(ROOT, 'helm', 'proxy-injector', 'files', 'alerts.yaml');

/** An alerting rule: prometheus.io/docs/prometheus/latest/configuration/alerting_rules. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly [name: string]: string };
}

export function readAlerts(): readonly Alert[] {
  return parse(readFileSync(ALERTS_FILE, 'utf8')).groups.flatMap(({ rules }: { rules: Alert[] }) => rules);
}
