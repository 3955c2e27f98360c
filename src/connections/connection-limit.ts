import type { Socket } from 'node:net';

/**
 * The maximum number of connections to a management port: far more than the kubelet and Prometheus open. One more
 * closes another, so that others cannot lock them out.
 */
export const MAX_MANAGEMENT_CONNECTIONS = 128;

/** Connections over the limit that are kept for long enough to be told so. */
const REFUSED_SHARE = 0.25;

interface Connection {
  readonly socket: Socket;
  /** Requests that are not answered yet. */
  pending: number;
}

/**
 * Limits open connections. One over the limit closes another, of the address that holds the most, so that a client with
 * many connections does not lock out an API server with few: the longest idle, or if all of them are busy, the longest
 * busy. If they are all busy and the new one's address holds as many, the new one is refused.
 */
export class ConnectionLimit {
  /** By address, then by port; the longest unused first. */
  readonly #addresses = new Map<string, Map<number, Connection>>();
  readonly #refused = new Set<string>();
  #count = 0;

  constructor(private readonly limit: number) {}

  /** Counts a connection until it closes. */
  add(socket: Socket): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const connections = this.#addresses.get(address) ?? new Map<number, Connection>();
    this.#addresses.set(address, connections);
    connections.set(port, { socket, pending: 0 });
    this.#count += 1;
    socket.once('close', () => {
      this.#count -= 1;
      this.#refused.delete(`${address} ${port}`);
      connections.delete(port);
      if (connections.size === 0) this.#addresses.delete(address);
    });
    if (this.#count > this.limit) this.#makeRoom(socket, `${address} ${port}`);
  }

  /** Whether requests of this connection must be refused. */
  isRefused({ remoteAddress, remotePort }: Socket): boolean {
    return this.#refused.size > 0 && this.#refused.has(`${remoteAddress} ${remotePort}`);
  }

  /**
   * Marks the connection of a request as busy; call the result once it is answered. That does not wait until the client
   * has taken the answer, which it may never do.
   */
  busy({ remoteAddress = '', remotePort = 0 }: Socket): () => void {
    const connections = this.#addresses.get(remoteAddress);
    const connection = connections?.get(remotePort);
    if (connections === undefined || connection === undefined) return () => {};
    connection.pending += 1;
    connections.delete(remotePort);
    connections.set(remotePort, connection); // last: just used
    return () => {
      connection.pending -= 1;
    };
  }

  #makeRoom(added: Socket, key: string): void {
    const dispensable = this.#dispensable(added);
    if (dispensable !== undefined) dispensable.destroy();
    else if (this.#refused.size < this.limit * REFUSED_SHARE) this.#refused.add(key);
    else added.destroy();
  }

  #dispensable(added: Socket): Socket | undefined {
    const [most] = [...this.#addresses.values()].sort((a, b) => b.size - a.size);
    const own = this.#addresses.get(added.remoteAddress ?? '');
    const others = [...(most?.values() ?? [])].filter(({ socket }) => socket !== added);
    const idle = others.find(({ pending }) => pending === 0);
    const busy = others.length > (own?.size ?? 0) ? others[0] : undefined;
    return (idle ?? busy)?.socket;
  }
}
