import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { selfSignedPair } from '../../src/tls/self-signed.js';

/**
 * A plain handler on `node:https` that parses the body and sends a constant response, as long as the injector's: with a
 * patch, or for a mirror Pod without.
 */
const PATCH = 'x'.repeat(Number(process.env.BENCH_PATCH_LENGTH));
const MIRROR_POD = 'kubernetes.io/config.mirror';

const { cert, key } = selfSignedPair();
const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { uid, object } = JSON.parse(Buffer.concat(chunks).toString()).request;
    const isSkipped = object.metadata.annotations?.[MIRROR_POD] !== undefined;
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true, ...(!isSkipped && { patchType: 'JSONPatch', patch: PATCH }) },
    });
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(Number(process.env.INJECTOR_WEBHOOK_PORT), '127.0.0.1', () => {
  createHttpServer().listen(Number(process.env.INJECTOR_MANAGEMENT_PORT), '127.0.0.1');
});
