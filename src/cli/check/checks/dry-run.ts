import { performance } from 'node:perf_hooks';
import { REASON, STATUS } from '../../../core/pod/annotations.js';
import { INIT_NAME, PROXY_NAME } from '../../../core/pod/container-names.js';
import { SECURITY_LEVEL } from '../../../core/pod/pod-security.js';
import { reasonLink } from '../../../core/values/documentation.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, type Problem, problems } from '../check.js';
import type { Installation } from '../installation.js';
import type { KubernetesObject } from '../kubernetes-object.js';
import { selectsPodsIn } from '../selection.js';

const TRIES = 5;
/** How many dry runs wait for the API server at once. */
const CONCURRENCY = 4;
/** More namespaces than this are not tried. */
const MAX_NAMESPACES = 200;

/** A Pod gets a proxy when it is created as a dry run, which stores nothing. */
export const dryRun: Check = {
  id: 'dry-run',
  title: 'A Pod created as a dry run gets a proxy',
  async run(installation) {
    const configuration = await installation.selecting();
    const namespaces = await installation.namespaces();
    const own = namespaces.find(({ metadata }) => metadata.name === installation.namespace);
    const labels = { 'proxy-injection': 'enabled' };
    const target = [...(own ? [own] : []), ...namespaces].find((namespace) =>
      selectsPodsIn(configuration, namespace, labels),
    );
    if (target === undefined)
      return problems({ severity: 'unknown', message: 'the selectors match no namespace to try it in' });
    const { name } = target.metadata;
    const durations: number[] = [];
    for (let tried = 0; tried < TRIES; tried += 1) {
      const start = performance.now();
      const pod = await tryPod(installation, name, labels);
      durations.push(performance.now() - start);
      if (pod instanceof ClusterError) {
        return problems({
          severity: pod.isForbidden && !isAdmission(pod) ? 'unknown' : 'failed',
          message: `in namespace ${name}: ${pod.message}`,
          hint: 'The message says what rejects the Pod.',
        });
      }
      const problem = withoutProxy(pod, name);
      if (problem) return problems(problem);
    }
    const median = durations.sort((a, b) => a - b)[Math.floor(TRIES / 2)] ?? 0;
    return { detail: `in namespace ${name}, ${Math.round(median)} ms`, problems: [] };
  },
};

/** Every namespace that opts in accepts injected Pods. */
export const namespaces: Check = {
  id: 'namespaces',
  title: 'Every namespace that opts in accepts injected Pods',
  async run(installation) {
    const configuration = await installation.selecting();
    const called = (await installation.namespaces()).filter((namespace) =>
      selectsPodsIn(configuration, namespace),
    );
    const tried = called.slice(0, MAX_NAMESPACES);
    const found: Problem[] = [];
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async (_, worker) => {
        for (let index = worker; index < tried.length; index += CONCURRENCY) {
          const problem = await namespaceProblem(installation, tried[index] as KubernetesObject);
          if (problem) found.push(problem);
        }
      }),
    );
    return {
      detail: `${tried.length} tried`,
      ...problems(
        ...found.sort((a, b) => a.message.localeCompare(b.message)),
        tried.length < called.length && {
          severity: 'unknown',
          message: `${called.length - tried.length} more namespaces were not tried`,
        },
      ),
    };
  },
};

async function namespaceProblem(
  installation: Installation,
  { metadata: { name, labels } }: KubernetesObject,
): Promise<Problem | undefined> {
  const pod = await tryPod(installation, name, {});
  if (!(pod instanceof ClusterError)) return withoutProxy(pod, name);
  if (pod.isForbidden && !isAdmission(pod)) {
    return {
      severity: 'unknown',
      message: `namespace ${name}: ${pod.message}`,
      hint: 'You need permission to create Pods.',
    };
  }
  return {
    severity: 'failed',
    message: `namespace ${name} rejects injected Pods: ${pod.message}`,
    hint: hintFor(pod.message, labels),
  };
}

/** Creates a Pod that even strict namespaces accept, as a dry run. */
async function tryPod(
  { cluster }: Installation,
  namespace: string,
  labels: { readonly [key: string]: string },
): Promise<JsonObject | ClusterError> {
  const path = `/api/v1/namespaces/${namespace}/pods?dryRun=All`;
  // With limits for quotas, and Burstable like most Pods: a Guaranteed Pod would give our containers limits as well.
  const requests = { cpu: '10m', memory: '8Mi', 'ephemeral-storage': '8Mi' };
  const limits = { cpu: '20m', memory: '16Mi', 'ephemeral-storage': '16Mi' };
  try {
    return await cluster.post(path, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'proxy-injector-check-', labels },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'registry.k8s.io/pause:3.10',
            resources: { requests, limits },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              runAsNonRoot: true,
              runAsUser: 65532,
              seccompProfile: { type: 'RuntimeDefault' },
            },
          },
        ],
      },
    });
  } catch (error) {
    if (error instanceof ClusterError && error.status !== undefined) return error;
    throw error;
  }
}

function withoutProxy(pod: JsonObject, namespace: string): Problem | undefined {
  const { annotations } = asObject(pod.metadata);
  const { initContainers, containers } = asObject(pod.spec);
  const names = [...asList(initContainers), ...asList(containers)].map(
    (container) => asObject(container).name,
  );
  if (names.includes(INIT_NAME) && names.includes(PROXY_NAME)) return undefined;
  const { [STATUS]: status, [REASON]: reason } = asObject(annotations);
  return status === undefined
    ? {
        severity: 'failed',
        message: `a Pod in namespace ${namespace} matches the selectors, but gets no proxy: its admission failed`,
        hint: 'With failurePolicy Ignore, the API server admits Pods even if the webhook or the policy fails. Its log and metrics say why.',
      }
    : {
        severity: 'failed',
        message: `a Pod in namespace ${namespace} matches the selectors, but is skipped: ${reason}`,
        hint: `See ${reasonLink(String(reason))}`,
      };
}

/** Whether admission denied the Pod, rather than authorization: both are 403. */
function isAdmission({ message }: ClusterError): boolean {
  return !/ cannot create resource /.test(message);
}

function hintFor(message: string, labels: KubernetesObject['metadata']['labels']): string {
  if (message.includes('violates PodSecurity')) {
    const level = labels?.[SECURITY_LEVEL] ?? 'default';
    return `Its Pod Security level ${level} forbids what the message names. If that is only NET_ADMIN, use node mode. Otherwise, use the level privileged, or do not opt in.`;
  }
  if (/quota/.test(message))
    return 'Give both containers requests and limits by annotations, or raise the quota.';
  if (/per Container|per Pod|must be less than or equal to/.test(message))
    return 'Change the resources of both containers, or the LimitRange.';
  return 'The message says what rejects the Pod.';
}
