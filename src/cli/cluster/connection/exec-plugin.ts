import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { UserError } from '../../user-error.js';
import type { SelectedContext } from './selected-context.js';

/** What a plugin returns: the `status` of its ExecCredential. */
export interface ExecCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/**
 * Runs the credential plugin of a user, and keeps the credential until it expires. The plugin can ask on the
 * terminal, and its stderr is shown, as with kubectl:
 * kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins.
 */
export class ExecPlugin {
  readonly #exec: JsonObject;
  readonly #context: SelectedContext;
  readonly #env: NodeJS.ProcessEnv;
  #credential: ExecCredential | undefined;

  constructor(context: SelectedContext, env: NodeJS.ProcessEnv) {
    this.#exec = asObject(context.user.exec);
    this.#context = context;
    this.#env = env;
  }

  async credential(): Promise<ExecCredential> {
    const { expirationTimestamp = '' } = this.#credential ?? {};
    if (this.#credential === undefined || Date.parse(expirationTimestamp) <= Date.now()) {
      this.#credential = await this.#run();
    }
    return this.#credential;
  }

  async #run(): Promise<ExecCredential> {
    const { command, args, installHint } = this.#exec;
    const name = String(command);
    const isInteractive = process.stdin.isTTY === true && this.#exec.interactiveMode !== 'Never';
    const child = spawn(name, asList(args).map(String), {
      env: this.#environment(isInteractive),
      stdio: [isInteractive ? 'inherit' : 'ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const output = text(child.stdout).catch(() => '');
    const code = await exited.catch(({ code, message }: NodeJS.ErrnoException) => {
      const hint = typeof installHint === 'string' ? `; ${installHint.trim()}` : '';
      throw this.#error(`cannot run ${name}: ${code === 'ENOENT' ? 'not found' : message}${hint}`);
    });
    if (code !== 0) throw this.#error(`${name} exited with ${code}`);
    return this.#statusIn(await output, name);
  }

  #statusIn(output: string, name: string): ExecCredential {
    let status: JsonObject;
    try {
      status = asObject(asObject(JSON.parse(output)).status);
    } catch {
      throw this.#error(`expected an ExecCredential from ${name}, got invalid JSON`);
    }
    const { token, clientCertificateData } = status;
    if (typeof token === 'string' || typeof clientCertificateData === 'string') return status;
    throw this.#error(`expected a token or a certificate from ${name}, got neither`);
  }

  #environment(isInteractive: boolean): NodeJS.ProcessEnv {
    const { apiVersion, env, provideClusterInfo } = this.#exec;
    const { server, extensions, ...cluster } = this.#context.cluster;
    const config = asList(extensions)
      .map(asObject)
      .find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
    const info = {
      apiVersion,
      kind: 'ExecCredential',
      spec: {
        interactive: isInteractive,
        ...(provideClusterInfo === true && { cluster: { ...cluster, server, config } }),
      },
    };
    const own = asList(env)
      .map(asObject)
      .map(({ name, value }) => [name, value]);
    return { ...this.#env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  }

  #error(what: string): UserError {
    return new UserError(
      `context ${this.#context.name}: the credentials of user ${this.#context.userName}: ${what}`,
    );
  }
}
