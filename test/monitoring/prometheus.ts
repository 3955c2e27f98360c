import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from '../support/until.js';
import { ALERTS_FILE } from './alerts.js';
import { PROMETHEUS } from './requirements.js';

/** What is scraped, and the labels that a ServiceMonitor would give it. */
export interface ScrapeTarget {
  /** `host:port`. */
  readonly address: string;
  readonly labels: { readonly [name: string]: string };
}

/** One series of an answer: prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats. */
export interface Series {
  readonly metric: { readonly [label: string]: string };
  /** Of an instant query. */
  readonly value: readonly [time: number, value: string];
  /** Of a range query. */
  readonly values: readonly (readonly [time: number, value: string])[];
}

/** A node of a parsed expression; a selector has the name of its metric. */
export interface Expression {
  readonly type: string;
  readonly name?: string;
  readonly [child: string]: unknown;
}

/** A rule as it was evaluated last. */
export interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

/** What a Prometheus does, and where. */
export interface PrometheusOptions {
  /** prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config; every second unless they say otherwise. */
  readonly scrapeConfigs: readonly object[];
  /** The content of its file of rules; the alerts of the chart by default. */
  readonly rules?: string;
  /** The address that it listens on, where this process reaches it. */
  readonly host?: string;
  /** The command that runs a command elsewhere, such as in another network. */
  readonly inside?: (...command: readonly string[]) => readonly string[];
}

/** A Prometheus of its own. */
export class Prometheus {
  #process!: ChildProcess;
  #url!: string;
  readonly #directory = mkdtempSync(join(tmpdir(), 'prometheus-'));

  static async start({
    scrapeConfigs,
    rules = readFileSync(ALERTS_FILE, 'utf8'),
    host = '127.0.0.1',
    inside = (...command) => command,
  }: PrometheusOptions): Promise<Prometheus> {
    const prometheus = new Prometheus();
    const [config, ruleFile, data] = ['prometheus.yaml', 'rules.yaml', 'data'].map((name) =>
      join(prometheus.#directory, name),
    ) as [string, string, string];
    writeFileSync(ruleFile, rules);
    writeFileSync(config, stringify(configuration(ruleFile, scrapeConfigs)));
    const [command = '', ...args] = inside(
      PROMETHEUS,
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=${host}:0`,
      '--web.enable-lifecycle',
      '--log.format=json',
    );
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    prometheus.#process = child;
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += chunk;
    });
    const address = () => /"msg":"Listening on","component":"web","address":"([^"]+)"/.exec(log)?.[1];
    await until(() => child.exitCode !== null || address() !== undefined);
    if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}: ${log}`);
    prometheus.#url = `http://${address()}`;
    await until(async () => (await fetch(`${prometheus.#url}/-/ready`)).ok);
    return prometheus;
  }

  query(query: string): Promise<Series[]> {
    return this.#get('query', { query }).then(({ result }) => result);
  }

  /** From one time to another, in seconds since 1970, with a sample every `step` seconds. */
  queryRange(query: string, start: number, end: number, step: number): Promise<Series[]> {
    const range = { start: String(start), end: String(end), step: String(step) };
    return this.#get('query_range', { query, ...range }).then(({ result }) => result);
  }

  /** The values of a label in the series that a selector has. */
  labelValues(label: string, selector: string): Promise<string[]> {
    return this.#get(`label/${label}/values`, { 'match[]': selector });
  }

  parse(query: string): Promise<Expression> {
    return this.#get('parse_query', { query });
  }

  rules(): Promise<EvaluatedRule[]> {
    return this.#get('rules', {}).then(({ groups }) =>
      groups.flatMap(({ rules }: { rules: EvaluatedRule[] }) => rules),
    );
  }

  /** The names of the alerts that fire. */
  async firing(): Promise<string[]> {
    return (await this.rules()).filter(({ state }) => state === 'firing').map(({ name }) => name);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await fetch(`${this.#url}/-/quit`, { method: 'POST' });
    await ended;
    rmSync(this.#directory, { recursive: true });
  }

  /** The `data` of an answer; rejects with what Prometheus says is wrong. */
  // biome-ignore lint/suspicious/noExplicitAny: every path has an answer of its own
  async #get(path: string, parameters: { readonly [name: string]: string }): Promise<any> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = (await response.json()) as {
      status: string;
      data: unknown;
      error?: string;
    };
    if (status !== 'success') throw new Error(`${error}: ${parameters.query}`);
    return data;
  }
}

/** Scrapes addresses that are known, under the labels of each. */
export function staticScrape(targets: readonly ScrapeTarget[]): object {
  return {
    job_name: 'proxy-injector',
    static_configs: targets.map(({ address, labels }) => ({ targets: [address], labels })),
  };
}

function configuration(ruleFile: string, scrapeConfigs: readonly object[]): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [ruleFile],
    scrape_configs: scrapeConfigs,
  };
}
