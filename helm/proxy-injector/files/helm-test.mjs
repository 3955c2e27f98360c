// What `helm test` runs: it asks the API server for a Pod, with a dry run so that none is made, and looks whether it comes back injected.
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
  RELEASE_NAME: release,
  RELEASE_NAMESPACE: releaseNamespace,
} = process.env;

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'proxy-injector-test-', labels: { 'proxy-injection': 'enabled' } },
  spec: { containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
};

/** Creates the Pod as far as the API server does before it stores it: the status code, the body, and what it warns of. */
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
          resolve({ code, answer: parsed(text), warnings: headers.warning });
        });
        response.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer within 15 s')));
    call.on('error', reject);
    call.end(body);
  });
}

/** What is no JSON comes from something between here and the API server. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}

/** Undefined if the Pod was injected; else what is wrong and where to look. */
function problem({ code, answer, warnings }) {
  if (code === 201) return notInjected(answer, warnings);
  const message = String(answer.message);
  if (/failed calling webhook/.test(message)) {
    return `The API server cannot reach the injector, or does not trust its certificate: ${message}
Look at the Pods and the log:         kubectl -n ${releaseNamespace} get pods; kubectl -n ${releaseNamespace} logs deployment/${release}
Look at the certificate:              kubectl -n ${releaseNamespace} get certificates,secrets
Look at the CA that it is checked by: kubectl get mutatingwebhookconfiguration ${release} -o yaml
Behind a firewall, or with a network plugin that the control plane is not part of, the API server may not get to the Pods at all.`;
  }
  if (code === 404)
    return `There is no namespace ${namespace}: set test.namespace to one that there is. (${message})`;
  if (/PodSecurity/.test(message)) {
    return `The namespace ${namespace} takes no Pods with NET_ADMIN, which every injected Pod needs: ${message}
Set test.namespace to another, or label it:  kubectl label namespace ${namespace} pod-security.kubernetes.io/enforce=privileged`;
  }
  return `The API server refused the Pod with ${code}: ${message}`;
}

function notInjected({ metadata, spec }, warnings) {
  const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
  const missing = ADDED.filter((name) => !names.includes(name));
  if (missing.length === 0 && metadata.annotations?.['proxy-injection/status'] === 'injected')
    return undefined;
  return `The Pod came back without a proxy (${names.join(', ')}).${warnings ? ` The API server warns: ${warnings}` : ''}
Look whether the API server asks the injector about it:  kubectl get mutatingwebhookconfiguration ${release} -o yaml
Look whether the namespace opted out:                    kubectl get namespace ${namespace} -o yaml
Look whether the configuration excludes the namespace:   kubectl -n ${releaseNamespace} get configmap ${release} -o yaml
Look what the injector decided:                          kubectl -n ${releaseNamespace} logs deployment/${release}
With failurePolicy Ignore this is also what an injector that does not answer looks like.`;
}

async function attempt() {
  try {
    return problem(await createPod());
  } catch (error) {
    return `The API server at ${host}:${port} does not answer this Pod: ${error.message}`;
  }
}

const end = Date.now() + Number(timeoutSeconds) * 1000;
let found = await attempt();
while (found !== undefined && Date.now() < end) {
  console.log(`not yet: ${found.split('\n')[0]}`);
  await sleep(2000);
  found = await attempt();
}
if (found === undefined) {
  console.log(
    `A Pod labelled proxy-injection: enabled in the namespace ${namespace} comes back with ${ADDED.join(' and ')}.`,
  );
} else {
  console.error(`\n${found}`);
  process.exitCode = 1;
}
