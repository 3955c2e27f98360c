import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { AgentProcess } from '../process/agent-process.js';
import { Injector } from '../process/injector.js';
import { recordedReview } from '../support/reviews.js';
import { until } from '../support/until.js';
import { readAlerts } from './alerts.js';
import { type ClusterMetrics, serveClusterMetrics } from './cluster-metrics.js';
import { interpolate, type Panel, queriesOf, readDashboard } from './dashboard.js';
import { type Expression, Prometheus, staticScrape } from './prometheus.js';

const dashboard = readDashboard();
const queries = queriesOf(dashboard);
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const alerts = readAlerts();

/** Reviews that cover every outcome possible outside a cluster. */
const REQUESTS = [
  ...['pod-by-replicaset', 'pod-by-job', 'pod-opted-out', 'pod-delete', 'pod-port-conflict'].map(
    recordedReview,
  ),
  'not JSON',
];

const ROUNDS = 50;
const ALL_SCRAPED = `sum(proxy_injector_admission_requests_total) == ${ROUNDS * REQUESTS.length}`;
const NOT_SCRAPED_TWICE =
  'proxy_injector_admission_requests_total unless rate(proxy_injector_admission_requests_total[1m])';
const AGENT_WORKED = 'rate(proxy_injector_agent_redirect_duration_seconds_count[1m]) > 0';

describe('the dashboard', () => {
  it('has panels with unique ids and titles, and a description each', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    const titles = panels.map(({ title }) => title);
    assert.deepEqual(titles, [...new Set(titles)]);
    assert.deepEqual(
      panels.filter(({ description }) => !description?.endsWith('.')),
      [],
    );
  });

  it("has panels that fit Grafana's 24 columns without overlap", () => {
    const cells = dashboard.panels.flatMap(cellsOf);
    assert.equal(new Set(cells).size, cells.length);
    assert.ok(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24));
  });

  it('queries the data source that the user picks', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Grafana's
    const datasource = { type: 'prometheus', uid: '${datasource}' };
    const datasources = [...panels, ...queries.map(({ target }) => target)].map((each) => each.datasource);
    assert.deepEqual(
      datasources,
      datasources.map(() => datasource),
    );
    const variables = dashboard.templating.list.map(({ name, type }) => `${name}: ${type}`);
    assert.deepEqual(variables, ['datasource: datasource', 'namespace: query', 'pod: query']);
  });
});

describe('a running service and agent scraped by Prometheus', () => {
  const agent = new AgentProcess();
  let injector: Injector;
  let prometheus: Prometheus;
  let exposed: Set<string>;
  let cluster: ClusterMetrics;

  before(async () => {
    injector = await Injector.start({ INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0' });
    const address = String(injector.line('Management listening')?.url).slice('http://'.length);
    const labels = { namespace: 'injectors', pod: 'injector-a' };
    const plugin = await agent.connected();
    const agentTarget = { address: agent.address, labels: { namespace: 'injectors', pod: 'agent-a' } };
    cluster = await serveClusterMetrics('injectors');
    prometheus = await Prometheus.start({
      scrapeConfigs: [
        staticScrape([{ address, labels }, agentTarget]),
        { job_name: 'cluster', static_configs: [{ targets: [cluster.address] }], honor_labels: true },
      ],
    });
    await until(async () => (await prometheus.query('proxy_injector_build_info')).length > 0);
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(REQUESTS.map((body) => injector.post(body)));
    }
    await until(async () => (await prometheus.query(ALL_SCRAPED)).length > 0);
    await until(async () => (await prometheus.query(NOT_SCRAPED_TWICE)).length === 0);
    let pods = 0;
    await until(async () => {
      await plugin.pod('RunPodSandbox', agent.pod(`${pods++}`));
      return (await prometheus.query(AGENT_WORKED)).length > 0;
    });
    const texts = await Promise.all([injector.management('/metrics'), agent.get('/metrics')]);
    exposed = new Set(
      texts.flatMap(({ body }) => [...body.matchAll(/^(\w+)/gm)].map(([, name]) => name ?? '')),
    );
  });
  after(async () => {
    await prometheus?.stop();
    await injector?.stop();
    await agent.remove();
    await agent.runtime.stop();
    cluster?.stop();
  });

  for (const { panel, target } of queries) {
    it(`has data for query ${target.refId} of panel ${panel.title}`, async () => {
      const series = await prometheus.query(interpolate(target.expr, '1m'));
      assert.ok(series.length > 0, target.expr);
      assert.ok(
        series.every(({ value: [, value] }) => Number.isFinite(Number(value))),
        JSON.stringify(series),
      );
      const labels = [...target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label ?? '');
      for (const label of labels) assert.ok(series.every(({ metric }) => metric[label] !== undefined));
    });
  }

  for (const variable of dashboard.templating.list.filter(({ type }) => type === 'query')) {
    it(`has a value for variable ${variable.name}`, async () => {
      const { query } = variable.query as { query: string };
      const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
      assert.equal(label, variable.name);
      assert.equal((await prometheus.labelValues(label, interpolate(selector, '1m'))).length, 1);
    });
  }

  it('exposes the metrics of the dashboard and the alerts, and no other metrics of ours', async () => {
    const expressions = [
      ...queries.map(({ target }) => interpolate(target.expr, '1m')),
      ...alerts.map((a) => a.expr),
    ];
    const names = (await Promise.all(expressions.map((each) => prometheus.parse(each)))).flatMap(metricsIn);
    const external =
      /^(up|apiserver_(admission_webhook|(validating|mutating)_admission_policy)_\w+|kube_pod_(init_)?container_info|kube_daemonset_status_\w+)$/;
    const unknown = new Set(names.filter((name) => !external.test(name) && !exposed.has(name)));
    assert.deepEqual([...unknown], []);
    const unused = [...exposed].filter(
      (name) => /^proxy_injector_.*(?<!_sum|_count)$/.test(name) && !names.includes(name),
    );
    assert.deepEqual(unused, [], 'metrics that neither the dashboard nor an alert uses');
  });

  it('lets Prometheus evaluate every alert', async () => {
    await until(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'));
    const evaluated = await prometheus.rules();
    assert.deepEqual(
      evaluated.map(({ name, health, lastError = '' }) => [name, health, lastError]),
      alerts.map(({ alert }) => [alert, 'ok', '']),
    );
  });
});

/** The grid cells that a panel covers. */
function cellsOf({ gridPos: { x, y, w, h } }: Panel): string[] {
  return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}:${y + Math.floor(cell / w)}`);
}

/** The metric names in an expression. */
function metricsIn(expression: Expression): string[] {
  const isSelector = expression.type === 'vectorSelector' || expression.type === 'matrixSelector';
  const children = Object.values(expression).filter((child) => typeof child === 'object' && child !== null);
  const own = isSelector && expression.name ? [expression.name] : [];
  return [...own, ...children.flatMap((child) => metricsIn(child as Expression))];
}
