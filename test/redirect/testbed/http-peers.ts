/**
 * HTTP/1.1, HTTP/2 with prior knowledge, and upgrades to another protocol, between two processes.
 *
 *   http-peers.js serve        prints "listening"
 *   http-peers.js ask HOST     prints the answers as JSON
 */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

const HTTP1 = 8082;
const HTTP2 = 8083;

async function serve(): Promise<void> {
  const http1 = createServer((incoming, outgoing) =>
    outgoing.end(`HTTP/${incoming.httpVersion} ${incoming.url}`),
  );
  http1.on('upgrade', (_, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  const http2 = createHttp2Server((incoming, outgoing) => {
    outgoing.end(`HTTP/${incoming.httpVersion} ${incoming.url}`);
  });
  await Promise.all([
    once(http1.listen(HTTP1, '::'), 'listening'),
    once(http2.listen(HTTP2, '::'), 'listening'),
  ]);
  process.stdout.write('listening\n');
}

async function ask(host: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const http1 = [await get(host, agent, '/1'), await get(host, agent, '/2')];
  agent.destroy();
  const session = connect(`http://${host.includes(':') ? `[${host}]` : host}:${HTTP2}`);
  const http2 = await Promise.all(['/1', '/2'].map((path) => text(session.request({ ':path': path }))));
  session.close();
  process.stdout.write(JSON.stringify([...http1, ...http2, await upgrade(host)]));
}

async function get(host: string, agent: Agent, path: string): Promise<string> {
  const [response] = await once(request({ host, port: HTTP1, agent, path }).end(), 'response');
  return text(response);
}

async function upgrade(host: string): Promise<string> {
  const headers = { connection: 'Upgrade', upgrade: 'echo' };
  const [, socket] = await once(request({ host, port: HTTP1, headers }).end(), 'upgrade');
  socket.write('echo');
  const [data] = await once(socket, 'data');
  socket.destroy();
  return String(data);
}

const [, , action, host = ''] = process.argv;
await (action === 'serve' ? serve() : ask(host));
