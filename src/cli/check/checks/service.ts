import { asList, asObject } from '../../../core/values/json.js';
import { RESOURCES } from '../../cluster/resources.js';
import { ClusterError } from '../../cluster-error.js';
import { type Check, problems } from '../check.js';

/** The Service has endpoints. */
export const service: Check = {
  id: 'service',
  title: "The webhook's Service exists and has ready endpoints",
  async run(installation) {
    const { name, namespace, port } = await installation.service();
    const found = await installation.cluster.get(RESOURCES.services, name, namespace).catch((error) => {
      if (error instanceof ClusterError && error.isNotFound) return undefined;
      throw error;
    });
    if (found === undefined) {
      return problems({
        severity: 'failed',
        message: `the webhook configuration names Service ${name} in namespace ${namespace}, which does not exist`,
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
      detail: `${name}.${namespace}, ${ready.length} ready`,
      ...problems(
        !ports.includes(port) && {
          severity: 'failed',
          message: `the webhook configuration calls port ${port}, but Service ${name} has ${ports.join(', ') || 'none'}`,
          hint: 'Run helm upgrade.',
        },
        ready.length === 0 && {
          severity: 'failed',
          message: `Service ${name} in namespace ${namespace} has no ready endpoints`,
          hint: `kubectl describe pods -n ${namespace}`,
        },
      ),
    };
  },
};

/** All replicas run. */
export const replicas: Check = {
  id: 'replicas',
  title: 'All replicas of the injector are ready and run the same image',
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
          message: 'there are no replicas',
          hint: "Scale the injector's Deployment, or find out why it has no Pods.",
        },
        ready.length < pods.length && {
          severity: ready.length === 0 ? 'failed' : 'warning',
          message: `${pods.length - ready.length} of ${pods.length} replicas are not ready`,
          hint: 'kubectl describe shows why. During a rollout, this is normal.',
        },
        images.length > 1 && {
          severity: 'warning',
          message: `the replicas run different images: ${images.join(', ')}`,
          hint: 'Wait for the rollout, or find out why it is stuck.',
        },
      ),
    };
  },
};

/** A drain cannot evict all replicas at once. */
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
        hint: "Delete all but the chart's.",
      },
      ours.length === 1 &&
        allowed[0] === 0 && {
          severity: 'warning',
          message: 'the PodDisruptionBudget allows no disruption now',
          hint: 'Draining a node waits until all replicas are ready.',
        },
    );
  },
};
