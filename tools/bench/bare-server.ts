import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { selfSignedPair } from '../../src/tls/self-signed.js';

/** A plain handler on `node:https` that parses the body and sends a constant response, as long as the injector's. */
const PATCH = Buffer.alloc(1690, 'x').toString('base64');

const { cert, key } = selfSignedPair();
const server = createServer({ cert, key, keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { request: review } = JSON.parse(Buffer.concat(chunks).toString());
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid: review.uid, allowed: true, patchType: 'JSONPatch', patch: PATCH },
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
