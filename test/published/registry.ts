import { appendFileSync, readFileSync } from 'node:fs';
import { Daemon } from '../cluster/local-cluster/daemon.js';
import type { Sandbox } from '../cluster/local-cluster/sandbox.js';
import { tool } from '../cluster/local-cluster/tools.js';
import { makePair } from '../http/tls/pairs.js';

/** The file with the certificates of all registries, which programs in the sandbox trust. */
export function authorities(sandbox: Sandbox): string {
  return sandbox.path('registries', 'ca.crt');
}

/**
 * Starts a registry (github.com/distribution/distribution) inside a sandbox under a public name, such as `ghcr.io` or
 * `registry.example.com:5000`. Inside, the name leads to it, and containerd trusts it.
 */
export async function startRegistry(sandbox: Sandbox, host: string): Promise<void> {
  const [name = '', port = '443'] = host.split(':');
  const { cert, key } = await makePair({ commonName: name, hosts: [name], days: 7 });
  const certificate = sandbox.write(`registries/${name}.crt`, cert);
  appendFileSync(authorities(sandbox), cert);
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: sandbox.path('registries', name) } },
    http: {
      addr: `127.0.0.1:${port}`,
      tls: { certificate, key: sandbox.write(`registries/${name}.key`, key) },
    },
  };
  await addToHosts(sandbox, name);
  sandbox.write(`certs.d/${host}/hosts.toml`, `[host."https://${host}"]\n  ca = "${certificate}"\n`);
  const registry = new Daemon(sandbox, `registry-${name}`);
  const file = sandbox.write(`registries/${name}.json`, JSON.stringify(config));
  await registry.run('/usr/bin/env', 'OTEL_TRACES_EXPORTER=none', tool('registry'), 'serve', file);
  await registry.until(async () => readFileSync(registry.log, 'utf8').includes('listening on'));
}

/** Resolves a name to this machine, inside the sandbox only. */
async function addToHosts(sandbox: Sandbox, name: string): Promise<void> {
  const hosts = readFileSync('/etc/hosts', 'utf8');
  const inside = await sandbox.run('/bin/cat', '/etc/hosts');
  const file = sandbox.write(`registries/hosts`, `${inside}127.0.0.1 ${name}\n`);
  if (inside === hosts) await sandbox.run('/bin/mount', '--bind', file, '/etc/hosts');
}
