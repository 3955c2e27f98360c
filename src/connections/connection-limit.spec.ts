import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, it } from 'node:test';
import { ConnectionLimit } from './connection-limit.js';

/** A socket as far as the limit knows it. */
class FakeSocket extends EventEmitter {
  destroyed = false;

  constructor(
    readonly remoteAddress: string,
    readonly remotePort: number,
  ) {
    super();
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

describe(ConnectionLimit.name, () => {
  function opened(sut: ConnectionLimit, address: string, ports: readonly number[]): FakeSocket[] {
    return ports.map((port) => {
      const socket = new FakeSocket(address, port);
      sut.add(socket as unknown as Socket);
      return socket;
    });
  }
  const destroyed = (sockets: readonly FakeSocket[]) => sockets.map((socket) => socket.destroyed);
  const busy = (sut: ConnectionLimit, socket: FakeSocket | undefined) =>
    sut.busy(socket as unknown as Socket);

  it('closes the longest idle connection of the address that holds the most', () => {
    const sut = new ConnectionLimit(4);
    const few = opened(sut, '10.0.0.1', [1]);
    const many = opened(sut, '10.0.0.2', [1, 2, 3]);
    busy(sut, many[0])();
    opened(sut, '10.0.0.3', [1]);
    assert.deepEqual([destroyed(few), destroyed(many)], [[false], [false, true, false]]);
  });

  it('closes the longest busy one if all are busy, but not for an address with as many', () => {
    const sut = new ConnectionLimit(4);
    const many = opened(sut, '10.0.0.2', [1, 2, 3]);
    const few = opened(sut, '10.0.0.1', [1]);
    for (const index of [1, 0, 2]) busy(sut, many[index]);
    busy(sut, few[0]);
    const [added] = opened(sut, '10.0.0.1', [2]);
    assert.deepEqual([destroyed(few), destroyed(many)], [[false], [false, true, false]]);
    busy(sut, added);
    const [refused] = opened(sut, '10.0.0.1', [3]);
    assert.deepEqual([added?.destroyed, refused?.destroyed], [false, false]);
    assert.ok(sut.isRefused(refused as unknown as Socket));
  });

  it('never closes a connection with a request that is not answered yet for one of the same address', () => {
    const sut = new ConnectionLimit(2);
    const sockets = opened(sut, '10.0.0.1', [1, 2]);
    const done = busy(sut, sockets[0]);
    const [third] = opened(sut, '10.0.0.1', [3]);
    assert.deepEqual(destroyed(sockets), [false, true]);
    done();
    busy(sut, third)();
    opened(sut, '10.0.0.1', [4]);
    assert.deepEqual(destroyed(sockets), [true, true], 'an answered connection is idle');
    assert.equal(third?.destroyed, false, 'the connection used last is the last to go');
  });

  it('refuses connections while all are busy, and drops more than a quarter over the limit', () => {
    const sut = new ConnectionLimit(4);
    for (const socket of opened(sut, '10.0.0.1', [1, 2, 3, 4])) busy(sut, socket);
    const [refused] = opened(sut, '10.0.0.1', [5]) as [FakeSocket];
    busy(sut, refused);
    const [dropped] = opened(sut, '10.0.0.1', [6]) as [FakeSocket];
    assert.ok(sut.isRefused(refused as unknown as Socket));
    assert.deepEqual([refused.destroyed, dropped.destroyed], [false, true]);
    refused.destroy();
    assert.ok(!sut.isRefused(refused as unknown as Socket));
  });
});
