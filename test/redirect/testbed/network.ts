import { execFileSync } from 'node:child_process';

/** The addresses of the Pod and outside of it: `near` in its subnet, `far` behind a route, in another CIDR. */
export const ADDRESSES = {
  pod: { ipv4: '10.77.0.2', ipv6: 'fd77::2' },
  near: { ipv4: '10.77.0.1', ipv6: 'fd77::1' },
  far: { ipv4: '10.78.0.1', ipv6: 'fd78::1' },
} as const;

let made = 0;

/** Two network namespaces connected by a veth pair: the Pod, and everything outside. */
export class Network {
  readonly pod: string;
  readonly outside: string;
  readonly #atExit = () => this.remove();

  private constructor(name: string) {
    this.pod = `${name}-pod`;
    this.outside = `${name}-outside`;
  }

  static create(): Network {
    made += 1;
    const network = new Network(`redirect-${process.pid}-${made}`);
    process.once('exit', network.#atExit);
    const { pod, outside } = network;
    for (const namespace of [pod, outside]) ip('netns', 'add', namespace);
    ip('link', 'add', 'eth0', 'netns', pod, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside);
    for (const namespace of [pod, outside]) network.#up(namespace);
    network.#address(pod, 'eth0', ADDRESSES.pod.ipv4, 24);
    network.#address(pod, 'eth0', ADDRESSES.pod.ipv6, 64);
    network.#address(outside, 'eth0', ADDRESSES.near.ipv4, 24);
    network.#address(outside, 'eth0', ADDRESSES.near.ipv6, 64);
    network.#address(outside, 'lo', ADDRESSES.far.ipv4, 32);
    network.#address(outside, 'lo', ADDRESSES.far.ipv6, 128);
    ip('-n', pod, 'route', 'add', 'default', 'via', ADDRESSES.near.ipv4);
    ip('-n', pod, '-6', 'route', 'add', 'default', 'via', ADDRESSES.near.ipv6);
    return network;
  }

  /** The path of the Pod's network namespace. */
  get podPath(): string {
    return `/run/netns/${this.pod}`;
  }

  /** Sets a sysctl in the Pod, given as a path below /proc/sys, as a container runtime would. */
  setInPod(sysctl: string, value: string): void {
    run('ip', ['netns', 'exec', this.pod, 'sh', '-c', `echo ${value} >/proc/sys/${sysctl}`]);
  }

  /** Adds an interface to the Pod, as for a secondary network. */
  addInterface(name: string): void {
    ip('-n', this.pod, 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-peer`);
  }

  /** Adds rules in the syntax of nft(8) to the Pod, which iptables may be unable to list. */
  addNftables(rules: string): void {
    execFileSync('ip', ['netns', 'exec', this.pod, 'nft', '-f', '-'], { input: rules });
  }

  /** The Pod's rules as nft(8) lists them. */
  nftables(): string {
    return execFileSync('ip', ['netns', 'exec', this.pod, 'nft', 'list', 'ruleset'], { encoding: 'utf8' });
  }

  /** Takes an interface of the Pod down. */
  down(device: string): void {
    ip('-n', this.pod, 'link', 'set', device, 'down');
  }

  remove(): void {
    process.off('exit', this.#atExit);
    for (const namespace of [this.pod, this.outside]) {
      try {
        ip('netns', 'del', namespace);
      } catch {} // already removed
    }
  }

  /**
   * Brings the interfaces up. Turns off duplicate address detection, which delays IPv6 addresses for a second or two,
   * and lets any user listen on any port, as in a Pod (enable_unprivileged_ports in
   * github.com/containerd/containerd/blob/main/docs/cri/config.md).
   */
  #up(namespace: string): void {
    const settings =
      'for f in net/ipv6/conf/*/disable_ipv6 net/ipv6/conf/*/accept_dad net/ipv4/ip_unprivileged_port_start; do echo 0 >$f; done';
    run('ip', ['netns', 'exec', namespace, 'sh', '-c', `cd /proc/sys; ${settings}`]);
    for (const device of ['lo', 'eth0']) ip('-n', namespace, 'link', 'set', device, 'up');
  }

  #address(namespace: string, device: string, address: string, bits: number): void {
    ip('-n', namespace, 'address', 'add', `${address}/${bits}`, 'dev', device);
  }
}

function ip(...args: readonly string[]): void {
  run('ip', args);
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
