// Run by `helm test`: creates a Pod as a server-side dry run, and checks that it comes back injected.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

const CREDENTIALS = '/var/run/secrets/kubernetes.io/serviceaccount';
const ADDED = ['init-iptables', 'proxy-sidecar'];
const {
  API_CREDENTIALS: credentials = CREDENTIALS,
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port,
  TEST_NAMESPACE: namespace,
  TEST_TIMEOUT_SECONDS: timeoutSeconds,
  WEBHOOK_CONFIGURATION: webhookConfiguration,
  CONFIG_MAP: configMap,
  LOGS_COMMAND: logsCommand,
  RELEASE_NAMESPACE: releaseNamespace,
} = process.env;

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'proxy-injector-test-', labels: { 'proxy-injection': 'enabled' } },
  spec: { containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
};

/** Creates the Pod as a dry run. Resolves to the status code, the parsed body, and the `Warning` header. */
function createPod() {
  const body = JSON.stringify(POD);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host,
        port,
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods?dryRun=All`,
        ca: readFileSync(`${credentials}/ca.crt`),
        headers: {
          authorization: `Bearer ${readFileSync(`${credentials}/token`, 'utf8').trim()}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        timeout: 15_000,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => {
          const { statusCode: code, headers } = response;
          resolve({ code, body: parsed(text), warnings: headers.warning });
        });
        response.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer within 15 s')));
    call.on('error', reject);
    call.end(body);
  });
}

/** A body that is not JSON comes from something in front of the API server; it becomes the message. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

/** Undefined if the Pod was injected. Otherwise the problem and where to look. */
function problem({ code, body, warnings }) {
  if (code === 201) return notInjected(body, warnings);
  const message = String(body.message);
  if (/failed calling webhook/.test(message)) {
    return `The API server cannot reach the injector, or does not trust its certificate: ${message}
Check the Pods:         kubectl -n ${releaseNamespace} get pods
Check the log:          ${logsCommand}
Check the certificate:  kubectl -n ${releaseNamespace} get certificates,secrets
Check the trusted CA:   kubectl get mutatingwebhookconfiguration ${webhookConfiguration} -o yaml
A firewall, or a network plugin that does not include the control plane, can also keep the API server from the Pods.`;
  }
  if (code === 404)
    return `Namespace ${namespace} does not exist: set test.namespace to an existing one. (${message})`;
  if (/PodSecurity/.test(message)) {
    return `Namespace ${namespace} does not allow Pods with NET_ADMIN, which every injected Pod needs: ${message}
Set test.namespace to another namespace, or allow them:
kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=privileged`;
  }
  return `The API server rejected the Pod with ${code}: ${message}`;
}

function notInjected({ metadata, spec }, warnings) {
  const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
  const missing = ADDED.filter((name) => !names.includes(name));
  if (missing.length === 0 && metadata.annotations?.['proxy-injection/status'] === 'injected')
    return undefined;
  return `The Pod came back without a proxy (${names.join(', ')}).${warnings ? ` Warning: ${warnings}` : ''}
Is the webhook called for the Pod?   kubectl get mutatingwebhookconfiguration ${webhookConfiguration} -o yaml
Did the namespace opt out?           kubectl get namespace ${namespace} -o yaml
Is the namespace excluded?           kubectl -n ${releaseNamespace} get configmap ${configMap} -o yaml
What did the injector decide?        ${logsCommand}
With failurePolicy Ignore, an injector that does not answer looks the same.`;
}

async function attempt() {
  try {
    return problem(await createPod());
  } catch (error) {
    return `The test Pod cannot reach the API server at ${host}:${port}: ${error.message}`;
  }
}

const end = Date.now() + Number(timeoutSeconds) * 1000;
let failure = await attempt();
while (failure !== undefined && Date.now() < end) {
  console.log(`Retrying: ${failure.split('\n')[0]}`);
  await sleep(2000);
  failure = await attempt();
}
if (failure === undefined) {
  console.log(
    `A Pod labeled proxy-injection: enabled in namespace ${namespace} was injected with ${ADDED.join(' and ')}.`,
  );
} else {
  console.error(`\n${failure}`);
  process.exitCode = 1;
}
