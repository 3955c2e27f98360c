import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { ROOT } from '../../tools/checkout.js';
import { ALERT_CASES, type AlertCase } from './alert-cases.js';
import { ALERTS_FILE, type Alert, readAlerts } from './alerts.js';
import { PROMTOOL } from './requirements.js';

const alerts = readAlerts();

describe('the alerting rules', () => {
  it('pass promtool check rules', () => {
    const { status, stdout, stderr } = spawnSync(
      PROMTOOL,
      ['check', 'rules', '--lint=all', '--lint-fatal', ALERTS_FILE],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, stdout + stderr);
  });

  for (const { alert, labels, annotations } of alerts) {
    it(`${alert} has a severity, texts, and a runbook`, () => {
      assert.match(labels.severity, /^(critical|warning|info)$/);
      assert.deepEqual(Object.keys(annotations), ['summary', 'description', 'runbook', 'runbook_url']);
    });

    it(`${alert} has a URL that leads to its section of the docs`, () => {
      const [, page = '', anchor] =
        /^https:\/\/github\.com\/proxy-injector\/proxy-injector\/blob\/main\/(.*)#(.*)$/.exec(
          annotations.runbook_url ?? '',
        ) ?? [];
      assert.equal(anchor, alert.toLowerCase());
      assert.match(readFileSync(join(ROOT, page), 'utf8'), new RegExp(`^## ${alert}$`, 'm'));
    });

    it(`${alert} has a case that fires it and a case that does not`, () => {
      const cases = ALERT_CASES.filter((each) => each.alert === alert);
      assert.ok(cases.some(({ fires }) => fires) && cases.some(({ fires }) => !fires));
    });
  }

  for (const alertCase of ALERT_CASES) {
    const { alert, title, fires } = alertCase;
    it(`${alert} ${fires ? 'fires' : 'does not fire'} for ${title}`, () => {
      const { status, output } = testRules(alertCase);
      assert.equal(status, 0, output);
    });
  }
});

/** Runs `promtool test rules` with a single case. */
function testRules({ alert, series, at, fires }: AlertCase) {
  const rule = alerts.find((each) => each.alert === alert) as Alert;
  const expected = fires && {
    exp_labels: { severity: rule.labels.severity, ...fires.labels },
    exp_annotations: rendered(rule.annotations, fires),
  };
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [{ alertname: alert, eval_time: at, exp_alerts: expected ? [expected] : [] }],
  };
  const directory = mkdtempSync(join(tmpdir(), 'alerts-'));
  try {
    const file = join(directory, 'test.yaml');
    writeFileSync(file, stringify({ rule_files: [ALERTS_FILE], evaluation_interval: '1m', tests: [test] }));
    const { status, stdout, stderr } = spawnSync(PROMTOOL, ['test', 'rules', file], { encoding: 'utf8' });
    return { status, output: stdout + stderr };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The annotations as Prometheus should render them. A label that the alert lacks stays a template and fails. */
function rendered(
  annotations: Alert['annotations'],
  { labels, value = '' }: NonNullable<AlertCase['fires']>,
): { [name: string]: string } {
  const texts = Object.entries(annotations).map(([name, text]) => [
    name,
    text
      .replace(/\{\{ \$labels\.(\w+) \}\}/g, (template, label) => labels[label] ?? template)
      .replace(/\{\{ \$value[^}]*\}\}/g, value),
  ]);
  return Object.fromEntries(texts);
}
