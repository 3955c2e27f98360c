import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { PatchService } from '../../src/admission/patch.service.js';
import { ConfigService } from '../../src/config/config.service.js';
import { decodeReview, encodeReview } from '../../src/review/review.js';
import { selfSignedPair } from '../../src/tls/self-signed.js';

/** A handler on `node:https` that does the first steps of the injector's work. Its answer has the same length. */
const STEPS = (process.env.BENCH_STEPS ?? '').split(',');
const { injector } = new ConfigService({}).current;
const patches = new PatchService();
const namespace = { annotations: {} };
const constant = 'x'.repeat(Number(process.env.BENCH_PATCH_LENGTH));

function answer(body: Buffer): string {
  if (!STEPS.includes('decode')) return constant;
  const { uid, object, facts } = decodeReview(body);
  if (!STEPS.includes('decide')) return constant;
  const decision = injector.decide(object, facts, namespace);
  if (!STEPS.includes('patch')) return constant;
  return encodeReview(uid, decision, patches.patch(decision, injector));
}

const { cert, key } = selfSignedPair();
const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = answer(Buffer.concat(chunks));
    const length = String(Buffer.byteLength(body));
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', length]);
    response.end(body);
  });
});
server.listen(Number(process.env.INJECTOR_WEBHOOK_PORT), '127.0.0.1', () => {
  createHttpServer().listen(Number(process.env.INJECTOR_MANAGEMENT_PORT), '127.0.0.1');
});
