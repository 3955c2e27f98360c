import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { redirectText } from '../../src/core/redirect/redirect-annotation.js';
import { ROOT } from '../../tools/checkout.js';
import { resolved, settings } from '../support/core-cases.js';
import { type FakePlugin, type FakePod, FakeRuntime } from '../support/fake-runtime.js';
import { until } from '../support/until.js';
import type { LogLine } from './injector.js';

/** The flags of Node in the image. */
const [, FLAGS = ''] =
  /^ENTRYPOINT \["\/nodejs\/bin\/node", (.*), "dist\/cli\/main\.js", "agent"\]$/m.exec(
    readFileSync(join(ROOT, 'Dockerfile'), 'utf8'),
  ) ?? [];

/** Calls the program as nsenter does, without root: the namespace is only named. */
const NSENTER = `#!/bin/sh
NETNS=\${1#--net=} exec "$2"
`;

/** Stands in for the runner: records what it got, and does what files next to it say about the namespace. */
const PROXY_INIT = `#!/bin/sh
here=\${0%/*}
name=\${NETNS##*/}
if [ -e "$here/busy-$name" ]; then echo twice >>"$here/overlaps"; fi
: >"$here/busy-$name"
printf '%s' "$PROXY_INIT_RULES_NFT" >"$here/rules-$name"
echo "$name $PROXY_INIT_MESSAGE_FILE" >>"$here/runs"
while [ -e "$here/hold-$name" ] || [ -e "$here/hold" ]; do sleep 0.02; done
rm "$here/busy-$name"
if [ -e "$here/fail-$name" ]; then printf 'proxy-init: no backend\\n  nft: no\\n' >&2; exit 4; fi
echo "proxy-init: redirected IPv4 and IPv6 with nft"
`;

/** The redirect that the annotation of a Pod asks for, unless a test says otherwise. */
export const { redirect: REDIRECT } = resolved(settings({}));

/** The built agent as a process, and a runtime for it. Its runner is a stand-in: `redirect` has the real one. */
export class AgentProcess {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'agent-')));
  readonly runtime = new FakeRuntime(join(this.directory, 'nri.sock'));
  readonly logs: LogLine[] = [];
  stderr = '';
  #child: ChildProcess | undefined;
  #exit: Promise<number | null> = Promise.resolve(null);

  readonly netnsDirectory: string;
  readonly #isReal: boolean;
  readonly #proxyInit: string;

  /** `real` has what the agent runs on a node: the runner, nsenter, and the directory of network namespaces. */
  constructor(real?: { readonly netnsDirectory: string; readonly proxyInit: string }) {
    this.netnsDirectory = real?.netnsDirectory ?? join(this.directory, 'netns');
    this.#proxyInit = real?.proxyInit ?? join(this.directory, 'proxy-init');
    this.#isReal = real !== undefined;
    if (real !== undefined) return;
    mkdirSync(this.netnsDirectory);
    writeFileSync(join(this.directory, 'nsenter'), NSENTER, { mode: 0o755 });
    writeFileSync(join(this.directory, 'proxy-init'), PROXY_INIT, { mode: 0o755 });
  }

  /** Starts the agent, and waits until it serves its port. */
  async start(...more: readonly string[]): Promise<void> {
    const { PATH, NODE_V8_COVERAGE } = process.env;
    const child = spawn(
      process.execPath,
      [
        ...JSON.parse(`[${FLAGS}]`),
        join(ROOT, 'dist', 'cli', 'main.js'),
        'agent',
        `--nri-socket=${this.runtime.socket}`,
        `--netns-directory=${this.netnsDirectory}`,
        `--proxy-init=${this.#proxyInit}`,
        '--port=0',
        ...more,
      ],
      {
        env: { PATH: `${this.directory}:${PATH}`, ...(NODE_V8_COVERAGE && { NODE_V8_COVERAGE }) },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#child = child;
    this.#exit = new Promise((resolve) => child.once('exit', resolve));
    createInterface({ input: child.stdout }).on('line', (line) => this.logs.push(JSON.parse(line)));
    child.stderr.on('data', (chunk) => {
      this.stderr += chunk;
    });
    await until(() => this.line('Listening') !== undefined || child.exitCode !== null);
  }

  /** Starts the runtime and the agent. Resolves once the agent knows these Pods of the runtime. */
  async connected(...parts: readonly (readonly FakePod[])[]): Promise<FakePlugin> {
    await this.runtime.start();
    await this.start();
    return this.runtime.connected(...parts);
  }

  /** A Pod with the annotation and a network namespace, which is called like its sandbox. */
  pod(id: string, change: { readonly redirect?: string; readonly path?: string } = {}): FakePod {
    const { redirect = redirectText(REDIRECT), path = join(this.netnsDirectory, id) } = change;
    if (change.path === undefined && !this.#isReal) writeFileSync(path, '');
    return {
      id,
      namespace: 'shop',
      name: `web-${id}`,
      annotations: { 'proxy-injection/redirect': redirect, other: 'x' },
      linux: { namespaces: [{ type: 'pid' }, { type: 'network', path }] },
    };
  }

  get pid(): number {
    return this.#child?.pid as number;
  }

  /** The first log line whose message starts with `prefix`, once it is written: lines are written in batches. */
  async logged(prefix: string): Promise<LogLine> {
    await until(() => this.line(prefix) !== undefined);
    return this.lines(prefix)[0] as LogLine;
  }

  /** The last log line whose message starts with `prefix`. */
  line(prefix: string): LogLine | undefined {
    return this.logs.findLast(({ msg }) => msg.startsWith(prefix));
  }

  lines(prefix: string): LogLine[] {
    return this.logs.filter(({ msg }) => msg.startsWith(prefix));
  }

  /** The address of its port. */
  get address(): string {
    return `127.0.0.1:${this.line('Listening')?.port}`;
  }

  async get(path: string): Promise<{ status: number; body: string }> {
    const response = await fetch(`http://${this.address}${path}`);
    return { status: response.status, body: await response.text() };
  }

  async ready(): Promise<string> {
    return (await this.get('/readyz')).body.trim();
  }

  /** The value of a metric, with its labels as in the text format. */
  async metric(name: string): Promise<number> {
    const { body } = await this.get('/metrics');
    const line = body.split('\n').find((each) => each.startsWith(`proxy_injector_agent_${name} `));
    return Number(line?.split(' ')[1]);
  }

  /** A file that tells the runner what to do. */
  tell(what: string): void {
    writeFileSync(join(this.directory, what), '');
  }

  untell(what: string): void {
    rmSync(join(this.directory, what));
  }

  /** The names of the network namespaces in which the runner ran, in this order. */
  get runs(): string[] {
    const file = join(this.directory, 'runs');
    return existsSync(file)
      ? readFileSync(file, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.split(' ')[0] as string)
      : [];
  }

  read(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  exit(): Promise<number | null> {
    return this.#exit;
  }

  /** Ends everything, and removes the directory. */
  async remove(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
    rmSync(this.directory, { recursive: true });
  }
}
