import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readAlerts } from '../monitoring/alerts.js';
import { interpolate, queriesOf, readDashboard } from '../monitoring/dashboard.js';
import type { Prometheus } from '../monitoring/prometheus.js';
import { until } from '../support/until.js';
import { OPTED_IN } from './cluster.js';
import { dryRun, outcome } from './dry-run.js';
import { fires, startPrometheus } from './prometheus.js';
import { RELEASE } from './release.js';
import { Replicas } from './replicas.js';
import { sharedCluster, skipUnlessLocal } from './shared-cluster.js';
import { VALUES } from './values.js';

const cluster = sharedCluster();
const replicas = new Replicas(cluster);
const SERVICE = `${RELEASE}-management`;
const JOB = `job="${SERVICE}"`;
const INJECTED = `sum(proxy_injector_injections_total{${JOB}})`;
const SKIPPED = `sum(proxy_injector_admission_requests_total{${JOB}, outcome="skipped", reason="pod-disabled"}) or vector(0)`;
const REQUESTS_BY_POD = `sum by (pod) (proxy_injector_admission_requests_total{${JOB}})`;

describe('a Prometheus that scrapes according to the ServiceMonitor', {
  skip: skipUnlessLocal(cluster),
}, () => {
  let prometheus: Prometheus;
  let namespace: string;

  before(async () => {
    namespace = await cluster.namespace('counted', OPTED_IN);
    prometheus = await startPrometheus(cluster);
    await until(async () => (await valueIn(`count(up{${JOB}} == 1)`)) === 2);
  });
  after(async () => {
    await prometheus?.stop();
    await cluster.install(VALUES);
    await cluster.deleteNamespaces(namespace);
  });

  const valueIn = async (query: string) => Number((await prometheus.query(query))[0]?.value[1]);
  const now = () => valueIn('vector(time())');
  /** Waits until each replica was scraped after a time in seconds since 1970. */
  const scrapedSince = (time: number) =>
    until(async () => (await valueIn(`min(timestamp(up{${JOB}}))`)) > time);

  it('finds both Pods, with the labels of the Prometheus Operator', async () => {
    const series = await prometheus.query(`up{${JOB}} == 1`);
    const pods = await cluster.pods(RELEASE);
    const expected = pods.map(({ metadata: { name }, status: { podIP } }) => ({
      instance: `${podIP}:8080`,
      job: SERVICE,
      namespace: RELEASE,
      service: SERVICE,
      pod: name,
      container: 'injector',
      endpoint: 'management',
    }));
    assert.equal(series.length, expected.length);
    assert.deepEqual(new Set(series.map(({ metric: { __name__, ...labels } }) => labels)), new Set(expected));
  });

  it('counts exactly what both replicas injected and skipped', async (t) => {
    await scrapedSince(await now());
    const [injected, skipped] = [await valueIn(INJECTED), await valueIn(SKIPPED)];
    const optedOut = { annotations: { 'proxy-injection': 'disabled' } };
    const creations = [
      ...Array.from({ length: 60 }, () => dryRun(cluster, namespace)),
      ...Array.from({ length: 25 }, () => dryRun(cluster, namespace, optedOut)),
    ];
    const outcomes = (await Promise.all(creations)).map(outcome);
    assert.equal(outcomes.filter((each) => each === 'injected').length, 60);
    assert.equal(outcomes.filter((each) => each === 'without a proxy').length, 25);
    await scrapedSince(await now());
    // On a busy machine a scrape may fail and the values come later; values that are too high would stay.
    await until(
      async () => (await valueIn(INJECTED)) >= injected + 60 && (await valueIn(SKIPPED)) >= skipped + 25,
    );
    assert.deepEqual([await valueIn(INJECTED), await valueIn(SKIPPED)], [injected + 60, skipped + 25]);
    const shares = await prometheus.query(REQUESTS_BY_POD);
    t.diagnostic(`requests by replica: ${shares.map(({ value }) => value[1]).join(', ')}`);
  });

  it("has data for the dashboard's queries of the API server", async () => {
    const queries = queriesOf(readDashboard()).filter(({ target }) => target.expr.includes('apiserver_'));
    assert.ok(queries.length > 0);
    for (const { target } of queries) {
      const query = interpolate(target.expr, '10s');
      await until(async () => {
        await dryRun(cluster, namespace);
        const series = await prometheus.query(query);
        return series.length > 0 && series.every(({ value: [, value] }) => Number.isFinite(Number(value)));
      });
    }
  });

  it('evaluates the rules of the PrometheusRule, and no alert fires', async () => {
    await until(async () => (await prometheus.rules()).every(({ health }) => health !== 'unknown'));
    // ProxyInjectorAbsent fires before the first scrape.
    await until(async () => (await prometheus.firing()).length === 0);
    assert.deepEqual(
      (await prometheus.rules()).map(({ name, health, state }) => [name, health, state]),
      readAlerts().map(({ alert }) => [alert, 'ok', 'inactive']),
    );
  });

  it('alerts on a configuration that the service rejects, until it is fixed', async () => {
    const redirect = { skipInboundPorts: '5054' }; // the proxy's own port, which the chart's schema does not check
    const config = { ...VALUES.config, redirect };
    await cluster.install({ ...VALUES, config, configCheck: { enabled: false } });
    await replicas.nudge();
    await fires(prometheus, ['ProxyInjectorConfigReloadFailed']);
    assert.equal(outcome(await dryRun(cluster, namespace)), 'injected');
    await cluster.install(VALUES);
    await replicas.nudge();
    await until(async () => (await prometheus.firing()).length === 0);
  });
});
