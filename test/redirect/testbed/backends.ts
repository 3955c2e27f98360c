import { execFileSync } from 'node:child_process';
import { withCapabilities } from '../init-container.js';
import type { Network } from './network.js';
import { type ContainerResult, IMAGE, type InitContainer, type RunOptions, runContainer } from './runtime.js';

/** What the init container applies the rules with, in the order in which it tries them. */
export const BACKENDS = ['nft', 'iptables-nft', 'iptables-legacy'] as const;
export type Backend = (typeof BACKENDS)[number];

/** Runs the init container where `backend` is the first that works. It may use every backend. */
export function applyWith(
  backend: Backend,
  init: InitContainer,
  { podPath }: Network,
  options: Partial<RunOptions> = {},
): ContainerResult {
  const container = withCapabilities(backend === 'nft' ? init : withoutNft(init), 'NET_ADMIN', 'NET_RAW');
  const kernel = backend === 'iptables-legacy' ? 'legacy' : 'nft';
  return runContainer(container, { network: podPath, kernel, ...options });
}

/**
 * A container on which nft fails and iptables-nft does not, as on a kernel that lacks what `table inet` needs. No
 * kernel can be made to look like that, so nft gets rules that it refuses.
 */
function withoutNft(init: InitContainer): InitContainer {
  return withRules(init, 'NFT', () => 'table inet proxy_injector { refused }');
}

/** The container with other rules for one tool. */
export function withRules(
  init: InitContainer,
  tool: 'NFT' | 'IPV4' | 'IPV6',
  change: (rules: string) => string,
): InitContainer {
  const env = init.env.map(({ name, value }) => ({
    name,
    value: name === `PROXY_INIT_RULES_${tool}` ? change(value) : value,
  }));
  return { ...init, env };
}

/** The injector's rules in a Pod, by whatever backend, without counters. */
export function redirectIn(network: Network): string[] {
  return [...nftRules(network), ...BACKENDS.slice(1).flatMap((backend) => iptablesRules(network, backend))];
}

function nftRules(network: Network): string[] {
  const tables =
    runTool(network, ['nft', '--stateless', 'list', 'ruleset']).match(/^table .* {$[\s\S]*?^}$/gm) ?? [];
  return tables.filter((table) => table.includes(' proxy_injector {')).flatMap((table) => table.split('\n'));
}

/** Chains and rules with their family and table, as `ipv4 nat -A PREROUTING -j PROXY_INBOUND`. */
function iptablesRules(network: Network, backend: Backend): string[] {
  return savedRules(network, backend).filter((line) => line.includes('PROXY_'));
}

/** All rules of a Pod that iptables knows, as {@link iptablesRules}. */
export function savedRules(network: Network, backend: Backend): string[] {
  const variant = backend.replace('iptables-', '');
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const tool = family === 'ipv4' ? 'iptables' : 'ip6tables';
    return ['raw', 'mangle', 'nat'].flatMap((table) =>
      runTool(network, [`${tool}-${variant}-save`, '-t', table])
        .split('\n')
        .filter((line) => line.startsWith('-A ') || /^:\S+ - \[/.test(line))
        .map((line) => `${family} ${table} ${line.replace(/ \[.*/, '')}`),
    );
  });
}

/** Adds rules to the Pod's nat table of IPv4, as other software would. */
export function addRules(network: Network, backend: Backend, rules: readonly string[]): void {
  const tool = backend === 'iptables-legacy' ? 'iptables-legacy-restore' : 'iptables-nft-restore';
  runTool(network, [tool, '--noflush'], `*nat\n${rules.join('\n')}\nCOMMIT\n`);
}

/** Runs a tool of the image as root in a Pod's network. Any file can be the lock of iptables-legacy. */
export function runTool(
  { pod }: Network,
  [tool, ...args]: readonly [string, ...string[]],
  input = '',
): string {
  const command = ['netns', 'exec', pod, 'chroot', IMAGE.rootfs, `/usr/sbin/${tool}`, ...args];
  return execFileSync('ip', command, {
    encoding: 'utf8',
    input,
    env: { ...process.env, XTABLES_LOCKFILE: '/proxy-init' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
