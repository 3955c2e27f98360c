import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from '../support/until.js';
import { ALERTS_FILE } from './alerts.js';
import { PROMETHEUS } from './requirements.js';

/** A scrape target with the labels that a ServiceMonitor would set. */
export interface ScrapeTarget {
  /** `host:port`. */
  readonly address: string;
  readonly labels: { readonly [name: string]: string };
}

/** A series of a result: prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats. */
export interface Series {
  readonly metric: { readonly [label: string]: string };
  /** Set by an instant query. */
  readonly value: readonly [time: number, value: string];
  /** Set by a range query. */
  readonly values: readonly (readonly [time: number, value: string])[];
}

/** A node of a parsed expression. Selectors have the name of their metric. */
export interface Expression {
  readonly type: string;
  readonly name?: string;
  readonly [child: string]: unknown;
}

/** The last evaluation of a rule. */
export interface EvaluatedRule {
  readonly name: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

export interface PrometheusOptions {
  /**
   * prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config
   * The default interval is one second.
   */
  readonly scrapeConfigs: readonly object[];
  /** Content of the rule file. Defaults to the chart's alerts. */
  readonly rules?: string;
  /** The address to listen on. This process must be able to reach it. */
  readonly host?: string;
  /** Wraps the command so that it runs elsewhere, such as in another network namespace. */
  readonly inside?: (...command: readonly string[]) => readonly string[];
}

/** A running Prometheus with its own data directory. */
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
    if (child.exitCode !== null) throw new Error(`Prometheus exited with ${child.exitCode}: ${log}`);
    prometheus.#url = `http://${address()}`;
    await until(async () => (await fetch(`${prometheus.#url}/-/ready`)).ok);
    return prometheus;
  }

  query(query: string): Promise<Series[]> {
    return this.#get('query', { query }).then(({ result }) => result);
  }

  /** `start` and `end` are Unix times in seconds; `step` is in seconds. */
  queryRange(query: string, start: number, end: number, step: number): Promise<Series[]> {
    const range = { start: String(start), end: String(end), step: String(step) };
    return this.#get('query_range', { query, ...range }).then(({ result }) => result);
  }

  /** The values of a label in the series that a selector matches. */
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

  /** The names of the firing alerts. */
  async firing(): Promise<string[]> {
    return (await this.rules()).filter(({ state }) => state === 'firing').map(({ name }) => name);
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#process.once('exit', resolve));
    // Prometheus may close the connection before it answers.
    await fetch(`${this.#url}/-/quit`, { method: 'POST' }).catch(() => {});
    if (this.#process.exitCode === null) await exited;
    rmSync(this.#directory, { recursive: true });
  }

  /** Resolves to the `data` of a response. Rejects with Prometheus's error message. */
  // biome-ignore lint/suspicious/noExplicitAny: each path has its own response
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

/** A scrape configuration of fixed addresses, each with its labels. */
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
