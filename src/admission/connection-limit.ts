import type { Socket } from 'node:net';

/** Connections over the limit that are kept for long enough to be told so. */
const REFUSED_SHARE = 0.25;

interface Connection {
  readonly socket: Socket;
  /** Requests that are not answered yet. */
  pending: number;
}

/**
 * Limits open connections. One over the limit closes another: the longest idle of the address that holds the most, so
 * that a client with many connections does not lock out an API server with few. If all are busy, the new one is
 * refused.
 */
export class ConnectionLimit {
  /** By address, then by port; the longest idle first. */
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

  /** Marks the connection of a request as busy; call the result once it is answered. */
  busy({ remoteAddress = '', remotePort = 0 }: Socket): () => void {
    const connections = this.#addresses.get(remoteAddress);
    const connection = connections?.get(remotePort);
    if (connections === undefined || connection === undefined) return () => {};
    connection.pending += 1;
    return () => {
      connection.pending -= 1;
      if (!connections.delete(remotePort)) return; // closed
      connections.set(remotePort, connection); // last: just used
    };
  }

  #makeRoom(added: Socket, key: string): void {
    const idlest = this.#idlest(added);
    if (idlest !== undefined) idlest.destroy();
    else if (this.#refused.size < this.limit * REFUSED_SHARE) this.#refused.add(key);
    else added.destroy();
  }

  #idlest(added: Socket): Socket | undefined {
    const [most] = [...this.#addresses.values()].sort((a, b) => b.size - a.size);
    const idle = [...(most?.values() ?? [])].find(({ socket, pending }) => pending === 0 && socket !== added);
    return idle?.socket;
  }
}
