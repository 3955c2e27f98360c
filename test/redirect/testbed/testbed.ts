import { ADDRESSES, Network } from './network.js';
import { APP, type Listener, Listeners, PROXY, type Protocol } from './peers.js';

export const FAMILIES = ['ipv4', 'ipv6'] as const;

/** The loopback address of each family. */
export const LOOPBACK = { ipv4: '127.0.0.1', ipv6: '::1' };
const ANY = { ipv4: '0.0.0.0', ipv6: '::' };
const APP_PORTS = [22, 8080, 9000, 9001, 9003];
const OUTSIDE_PORTS = [25, 53, 80, 443, 8005];

/** A Pod with an app and a proxy that listen, and servers outside of it. */
export class Testbed {
  readonly network = Network.create();
  readonly #listeners: readonly Listeners[];

  /** `proxy: false` leaves the proxy's ports free. */
  constructor({ proxy = true } = {}) {
    const { pod, outside } = this.network;
    this.#listeners = [
      new Listeners(pod, APP, everywhere('app', APP_PORTS, ANY)),
      new Listeners(outside, APP, [
        ...everywhere('near', OUTSIDE_PORTS, ADDRESSES.near),
        ...everywhere('far', OUTSIDE_PORTS, ADDRESSES.far),
      ]),
      ...(proxy ? [new Listeners(pod, PROXY, PROXY_LISTENERS)] : []),
    ];
  }

  async ready(): Promise<void> {
    await Promise.all(this.#listeners.map((listeners) => listeners.ready()));
  }

  remove(): void {
    for (const listeners of this.#listeners) listeners.stop();
    this.network.remove();
  }
}

/** Listeners on several ports, in both families. */
export function everywhere(
  name: string,
  ports: readonly number[],
  hosts: { readonly ipv4: string; readonly ipv6: string },
  ...protocols: readonly Protocol[]
): Listener[] {
  const all = protocols.length > 0 ? protocols : (['tcp', 'udp'] as const);
  return ports.flatMap((port) =>
    FAMILIES.flatMap((family) => all.map((protocol) => ({ name, protocol, host: hosts[family], port }))),
  );
}

const PROXY_LISTENERS = [
  ...everywhere('proxy', [5054], ANY, 'tcp'),
  // A UDP answer must come from the address that the client sent to. For redirected outbound packets, that is loopback.
  ...everywhere('proxy', [5053], ANY, 'udp'),
  ...everywhere('proxy', [5053], LOOPBACK, 'udp'),
  ...everywhere('metrics', [9901], ANY),
];
