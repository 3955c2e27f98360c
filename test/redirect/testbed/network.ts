import { execFileSync } from 'node:child_process';

/** The addresses of the Pod and outside of it: `near` in its subnet, `far` behind a route, in another CIDR. */
export const ADDRESSES = {
  pod: { ipv4: '10.77.0.2', ipv6: 'fd77::2' },
  near: { ipv4: '10.77.0.1', ipv6: 'fd77::1' },
  far: { ipv4: '10.78.0.1', ipv6: 'fd78::1' },
} as const;

/** A network behind the Pod: see {@link Network.addInner}. */
export const INNER = {
  gateway: { ipv4: '10.80.0.1', ipv6: 'fd80::1' },
  container: { ipv4: '10.80.0.2', ipv6: 'fd80::2' },
} as const;

/** The interface of the Pod in that network. */
export const INNER_DEVICE = 'docker0';

/** Addresses that the Pod may get without having them: ip-route(8), type local. */
export const ANY_IP = { ipv4: '10.79.0.0/24', ipv6: 'fd79::/64' } as const;

let made = 0;

/** Two network namespaces connected by a veth pair: the Pod, and everything outside. */
export class Network {
  readonly pod: string;
  readonly outside: string;
  #inner: string | undefined;
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

  /** The path of the network namespace outside of the Pod. */
  get outsidePath(): string {
    return `/run/netns/${this.outside}`;
  }

  /** Sets a sysctl in the Pod, given as a path below /proc/sys, as a container runtime would. */
  setInPod(sysctl: string, value: string): void {
    run('ip', ['netns', 'exec', this.pod, 'sh', '-c', `echo ${value} >/proc/sys/${sysctl}`]);
  }

  /** Adds an interface to the Pod, as for a secondary network. */
  addInterface(name: string): void {
    ip('-n', this.pod, 'link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-peer`);
  }

  /** The link-local address of the Pod on eth0, with the interface through which the outside reaches it. */
  linkLocal(): string {
    const output = execFileSync(
      'ip',
      ['-n', this.pod, '-6', '-oneline', 'address', 'show', 'dev', 'eth0', 'scope', 'link'],
      {
        encoding: 'utf8',
      },
    );
    return `${/inet6 (\S+)\//.exec(output)?.[1]}%eth0`;
  }

  /** Makes all addresses of {@link ANY_IP} local to the Pod, and tells the outside. */
  addAnyIp(): void {
    ip('-n', this.pod, 'route', 'add', 'local', ANY_IP.ipv4, 'dev', 'lo');
    ip('-n', this.pod, '-6', 'route', 'add', 'local', ANY_IP.ipv6, 'dev', 'lo');
    ip('-n', this.outside, 'route', 'add', ANY_IP.ipv4, 'via', ADDRESSES.pod.ipv4);
    ip('-n', this.outside, '-6', 'route', 'add', ANY_IP.ipv6, 'via', ADDRESSES.pod.ipv6);
  }

  /** Adds a network behind the Pod, as Docker does for containers in a Pod, and returns the name of its namespace. */
  addInner(): string {
    const inner = `${this.pod}-inner`;
    ip('netns', 'add', inner);
    this.#inner = inner;
    ip(
      'link',
      'add',
      INNER_DEVICE,
      'netns',
      this.pod,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      inner,
    );
    this.#up(inner);
    ip('-n', this.pod, 'link', 'set', INNER_DEVICE, 'up');
    for (const [family, bits] of [
      ['ipv4', 24],
      ['ipv6', 64],
    ] as const) {
      this.setInPod(family === 'ipv4' ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding', '1');
      this.#address(this.pod, INNER_DEVICE, INNER.gateway[family], bits);
      this.#address(inner, 'eth0', INNER.container[family], bits);
      const flag = family === 'ipv4' ? [] : ['-6'];
      ip('-n', inner, ...flag, 'route', 'add', 'default', 'via', INNER.gateway[family]);
      ip(
        '-n',
        this.outside,
        ...flag,
        'route',
        'add',
        `${INNER.container[family]}/${bits === 24 ? 32 : 128}`,
        'via',
        ADDRESSES.pod[family],
      );
    }
    return inner;
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
    for (const namespace of [this.pod, this.outside, ...(this.#inner === undefined ? [] : [this.#inner])]) {
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
