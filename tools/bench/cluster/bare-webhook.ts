import type { KubernetesObject } from '../../../test/chart/chart.js';
import type { Cluster } from '../../../test/cluster/cluster.js';
import { RELEASE } from '../../../test/cluster/release.js';
import { makePair } from '../../../test/http/tls/pairs.js';

const NAME = 'bare-webhook';

/** A plain handler on `node:https` that parses the review and answers a constant patch. It runs in our image. */
const SCRIPT = `
const { readFileSync } = require('node:fs');
const { createServer } = require('node:https');
const patch = readFileSync('/bench/patch', 'base64');
const pair = { cert: readFileSync('/certificate/tls.crt'), key: readFileSync('/certificate/tls.key') };
createServer({ ...pair, keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { uid } = JSON.parse(Buffer.concat(chunks).toString()).request;
    const body = JSON.stringify({
      apiVersion: 'admission.k8s.io/v1',
      kind: 'AdmissionReview',
      response: { uid, allowed: true, patchType: 'JSONPatch', patch },
    });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
    response.end(body);
  });
}).listen(9443);
`;

/** A webhook for the Pods of one namespace, in a Pod like the injector's. */
export const BareWebhook = {
  async start(cluster: Cluster, namespace: string, patch: readonly object[]): Promise<void> {
    const { cert, key } = await makePair({ hosts: [`${NAME}.${namespace}.svc`] });
    const { spec } = (await cluster.get('deployment', RELEASE, '--namespace', RELEASE)).spec.template;
    const files = { 'server.cjs': SCRIPT, patch: JSON.stringify(patch) };
    await cluster.apply(
      [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME }, data: files },
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: NAME },
          stringData: { 'tls.crt': cert, 'tls.key': key },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: NAME },
          spec: { selector: { app: NAME }, ports: [{ port: 443, targetPort: 9443 }] },
        },
        serverPod(spec),
      ],
      namespace,
    );
    await cluster.wait('condition=Ready', `pod/${NAME}`, namespace);
    await cluster.apply([configuration(namespace, cert)]);
  },
};

function serverPod({ containers: [injector] }: KubernetesObject): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, labels: { app: NAME } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: NAME,
          image: injector.image,
          args: ['/bench/server.cjs'],
          resources: injector.resources,
          readinessProbe: { tcpSocket: { port: 9443 }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'bench', mountPath: '/bench' },
            { name: 'certificate', mountPath: '/certificate' },
          ],
        },
      ],
      volumes: [
        { name: 'bench', configMap: { name: NAME } },
        { name: 'certificate', secret: { secretName: NAME } },
      ],
    },
  } as unknown as KubernetesObject;
}

function configuration(namespace: string, cert: string): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: `bench-${NAME}` },
    webhooks: [
      {
        name: `${NAME}.${namespace}.svc`,
        clientConfig: {
          service: { name: NAME, namespace, path: '/mutate' },
          caBundle: Buffer.from(cert).toString('base64'),
        },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        reinvocationPolicy: 'IfNeeded',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
      },
    ],
  } as unknown as KubernetesObject;
}
