import { asList, asObject } from '../../../core/values/json.js';
import { RESOURCES } from '../../cluster/resources.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, problems } from '../check.js';

/** The Service has endpoints. */
export const service: Check = {
  id: 'service',
  title: 'The Service of the webhook exists and has endpoints',
  async run(installation) {
    const { name, namespace, port } = await installation.service();
    const found = await installation.cluster.get(RESOURCES.services, name, namespace).catch((error) => {
      if (error instanceof ClusterError && error.isNotFound) return undefined;
      throw error;
    });
    if (found === undefined) {
      return problems({
        severity: 'failed',
        message: `no Service ${name} in namespace ${namespace}, which the webhook configuration names`,
        hint: 'Run helm upgrade, or uninstall the chart to remove the webhook configuration.',
      });
    }
    const ports = asList(asObject(found.spec).ports).map((each) => asObject(each).port);
    const slices = await installation.cluster.list(RESOURCES.endpointSlices, {
      namespace,
      labelSelector: `kubernetes.io/service-name=${name}`,
    });
    const endpoints = slices.flatMap((slice) => asList(slice.endpoints).map(asObject));
    const ready = endpoints.filter(({ conditions }) => asObject(conditions).ready !== false);
    return {
      detail: `${name}.${namespace}, ${ready.length} endpoints`,
      ...problems(
        !ports.includes(port) && {
          severity: 'failed',
          message: `the webhook configuration calls port ${port}, but the Service ${name} has ${ports.join(', ') || 'none'}`,
          hint: 'Run helm upgrade.',
        },
        ready.length === 0 && {
          severity: 'failed',
          message: `the Service ${name} in namespace ${namespace} has no ready endpoint`,
          hint: `kubectl describe pods -n ${namespace}`,
        },
      ),
    };
  },
};

/** All replicas run. */
export const replicas: Check = {
  id: 'replicas',
  title: 'All replicas of the injector are ready and of one version',
  async run(installation) {
    const pods = await installation.pods();
    const running = await installation.replicas();
    const ready = running.filter(({ isReady }) => isReady);
    const images = [...new Set(running.map(({ image }) => image))];
    return {
      detail: `${ready.length} of ${pods.length}`,
      ...problems(
        pods.length === 0 && {
          severity: 'failed',
          message: 'there is no replica',
          hint: 'Scale the Deployment of the injector, or see why it has no Pods.',
        },
        ready.length < pods.length && {
          severity: ready.length === 0 ? 'failed' : 'warning',
          message: `${pods.length - ready.length} of ${pods.length} replicas are not ready`,
          hint: 'kubectl describe shows why. A rollout in progress is harmless.',
        },
        images.length > 1 && {
          severity: 'warning',
          message: `the replicas run different images: ${images.join(', ')}`,
          hint: 'Wait for the rollout, or see why it is stuck.',
        },
      ),
    };
  },
};

/** Not all replicas can be evicted at once. */
export const podDisruptionBudget: Check = {
  id: 'pod-disruption-budget',
  title: 'A PodDisruptionBudget protects the replicas',
  async run(installation) {
    const { namespace } = await installation.service();
    const pods = await installation.pods();
    const budgets = await installation.cluster.list(RESOURCES.podDisruptionBudgets, { namespace });
    const ours = budgets.filter(({ spec }) => {
      const labels = Object.entries(asObject(asObject(asObject(spec).selector).matchLabels));
      return pods.some(({ metadata }) => labels.every(([key, value]) => metadata.labels?.[key] === value));
    });
    const allowed = ours.map(({ status }) => Number(asObject(status).disruptionsAllowed));
    return problems(
      pods.length > 1 &&
        ours.length === 0 && {
          severity: 'warning',
          message: `no PodDisruptionBudget selects the ${pods.length} replicas, so a drain can evict all at once`,
          hint: 'Set podDisruptionBudget.enabled in the chart.',
        },
      ours.length > 1 && {
        severity: 'failed',
        message: `${ours.length} PodDisruptionBudgets select the replicas, so none can be evicted`,
        hint: 'Delete all but that of the chart.',
      },
      ours.length === 1 &&
        allowed[0] === 0 && {
          severity: 'warning',
          message: 'the PodDisruptionBudget allows no disruption now',
          hint: 'It blocks the drain of nodes until all replicas are ready.',
        },
    );
  },
};
