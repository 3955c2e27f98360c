import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MountedVolume } from '../../test/http/tls/mounted-volume.js';
import { makePair } from '../../test/http/tls/pairs.js';
import { serveClusterMetrics } from '../../test/monitoring/cluster-metrics.js';
import { interpolate, type Panel, readDashboard } from '../../test/monitoring/dashboard.js';
import { Prometheus, type Series, staticScrape } from '../../test/monitoring/prometheus.js';
import { AgentProcess } from '../../test/process/agent-process.js';
import { Injector } from '../../test/process/injector.js';
import { ROOT } from '../checkout.js';
import { load, startPods } from './load.js';

/** `npm run dashboard` draws the panels from the data of a real Prometheus that scraped two replicas under load. */

const PICTURE = join(ROOT, 'docs', 'pictures', 'dashboard.png');
const PAGE = join(ROOT, 'tools', 'dashboard');
const PODS = ['proxy-injector-6d9f7c5b8-4xk2p', 'proxy-injector-6d9f7c5b8-t8wzn'];
const AGENT = 'proxy-injector-agent-7hd2q';
const SHOWN_SECONDS = 180;
const RATE_INTERVAL = '10s';
const WARM_UP_SECONDS = 15;
const WIDTH = 1400;

const CONFIG = [
  'ineligiblePods: admit',
  'namespaces: {legacy: {annotations: {proxy-injection: disabled}}}',
  'allowedOverrides: [mode]',
].join('\n');
const CHANGED = `${CONFIG}\nproxy: {logLevel: warn}`;
const BROKEN = `${CONFIG}\nproxy: {tcpPort: http}`;

/** A panel with the results of its queries, as the page expects it. */
interface PanelData extends Panel {
  readonly results: readonly { readonly legendFormat: string; readonly series: readonly Series[] }[];
}

async function main(): Promise<void> {
  const pair = await makePair({ days: 90 });
  const secret = MountedVolume.create({ 'tls.crt': pair.cert, 'tls.key': pair.key });
  const configuration = MountedVolume.create({ 'config.yaml': CONFIG });
  const env = {
    INJECTOR_CONFIG: configuration.file('config.yaml'),
    INJECTOR_TLS_CERT: secret.file('tls.crt'),
    INJECTOR_TLS_KEY: secret.file('tls.key'),
    INJECTOR_SHUTDOWN_DRAIN_SECONDS: '0',
  };
  const injectors = await Promise.all(PODS.map(() => Injector.start(env)));
  const targets = injectors.map((injector, index) => ({
    address: String(injector.line('Management listening')?.url).slice('http://'.length),
    labels: { namespace: 'proxy-injector', pod: PODS[index] as string },
  }));
  const agent = new AgentProcess();
  const plugin = await agent.connected();
  const agentTarget = { address: agent.address, labels: { namespace: 'proxy-injector', pod: AGENT } };
  const cluster = await serveClusterMetrics('proxy-injector');
  const prometheus = await Prometheus.start({
    scrapeConfigs: [
      staticScrape([...targets, agentTarget]),
      { job_name: 'cluster', static_configs: [{ targets: [cluster.address] }], honor_labels: true },
    ],
  });
  try {
    console.log(`Generating load for ${WARM_UP_SECONDS + SHOWN_SECONDS} s`);
    await Promise.all([
      load(injectors, WARM_UP_SECONDS + SHOWN_SECONDS),
      startPods(agent, plugin, WARM_UP_SECONDS + SHOWN_SECONDS),
      reconfigure(configuration),
    ]);
    draw(await results(prometheus));
    console.log(`Wrote ${PICTURE}: ${Math.round(readFileSync(PICTURE).length / 1000)} kB`);
  } finally {
    await prometheus.stop();
    cluster.stop();
    await agent.remove();
    await agent.runtime.stop();
    for (const injector of injectors) await injector.stop();
    secret.remove();
    configuration.remove();
  }
}

/** Changes the configuration during the load, breaks it, and fixes it. */
async function reconfigure(configuration: MountedVolume): Promise<void> {
  const steps: readonly (readonly [atSecond: number, config: string])[] = [
    [0.3, CHANGED],
    [0.6, BROKEN],
    [0.75, CHANGED],
  ];
  let now = 0;
  for (const [part, config] of steps) {
    const at = WARM_UP_SECONDS + part * SHOWN_SECONDS;
    await sleep((at - now) * 1000);
    configuration.update({ 'config.yaml': config });
    now = at;
  }
}

function results(prometheus: Prometheus): Promise<PanelData[]> {
  const end = Math.floor(Date.now() / 1000) - 1;
  const run = async ({ expr, instant, legendFormat }: NonNullable<Panel['targets']>[number]) => {
    const query = interpolate(expr, RATE_INTERVAL);
    const series = instant
      ? await prometheus.query(query)
      : await prometheus.queryRange(query, end - SHOWN_SECONDS, end, 1);
    return { legendFormat, series };
  };
  return Promise.all(
    readDashboard().panels.map(async (panel) => ({
      ...panel,
      results: await Promise.all((panel.targets ?? []).map(run)),
    })),
  );
}

/** Takes a screenshot of a self-contained page in Chromium. pngquant reduces it to a third of its size. */
function draw(panels: readonly PanelData[]): void {
  const uplot = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.iife.min.js'));
  const rows = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
  try {
    const page = join(directory, 'page.html');
    const text = readFileSync(join(PAGE, 'page.html'), 'utf8')
      .replace('[]', () => JSON.stringify(panels).replaceAll('<', '\\u003c'))
      .replace('/* uPlot.css */', () => readFileSync(join(uplot, 'uPlot.min.css'), 'utf8'))
      .replace('/* uPlot.js */', () => readFileSync(join(uplot, 'uPlot.iife.min.js'), 'utf8'))
      .replace('/* panels.js */', () => readFileSync(join(PAGE, 'panels.js'), 'utf8'));
    writeFileSync(page, text);
    execFileSync(
      'chromium',
      [
        ...[
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--hide-scrollbars',
          `--user-data-dir=${directory}/profile`,
        ],
        ...[`--window-size=${WIDTH},${rows * 38 + 64}`, `--screenshot=${PICTURE}`, `file://${page}`],
      ],
      { stdio: 'ignore' },
    );
    execFileSync('pngquant', ['--force', '--ext=.png', '--quality=70-95', PICTURE]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

await main();
