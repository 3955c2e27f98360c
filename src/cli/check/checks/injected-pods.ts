import { STATUS } from '../../../core/pod/annotations.js';
import { INIT_NAME } from '../../../core/pod/container-names.js';
import { asList, asObject, type JsonObject } from '../../../core/values/json.js';
import { RESOURCES } from '../../cluster/resources.js';
import { type Check, type Problem, problems } from '../check.js';

/** More Pods than this are only counted. */
const MOST = 10;

/** The redirect works in every injected Pod. */
export const injectedPods: Check = {
  id: 'injected-pods',
  title: 'The init container succeeds in every injected Pod',
  async run({ cluster }) {
    const failing: Problem[] = [];
    let count = 0;
    const pending = { fieldSelector: 'status.phase=Pending' };
    for await (const page of cluster.pages(RESOURCES.pods, pending)) {
      for (const pod of page) {
        const message = failure(pod);
        if (message === undefined) continue;
        count += 1;
        const { name, namespace } = asObject(pod.metadata);
        if (failing.length === MOST) continue;
        failing.push({
          severity: 'failed',
          message: `${INIT_NAME} fails in pod/${name} -n ${namespace}: ${message}`,
          hint: 'kubectl describe shows the last lines of its log.',
        });
      }
    }
    const more = count - failing.length;
    return problems(
      ...failing,
      more > 0 && { severity: 'failed', message: `${INIT_NAME} fails in ${more} more Pods` },
    );
  },
};

/** Why the init container of an injected Pod does not succeed; undefined if it does, or has not run. */
export function failure({ metadata, status }: JsonObject): string | undefined {
  if (asObject(asObject(metadata).annotations)[STATUS] !== 'injected') return undefined;
  const own = asList(asObject(status).initContainerStatuses)
    .map(asObject)
    .find(({ name }) => name === INIT_NAME);
  const { waiting, terminated } = asObject(own?.state);
  const last = asObject(terminated ?? asObject(own?.lastState).terminated);
  const { reason, message } = asObject(waiting);
  if (last.exitCode !== undefined && last.exitCode !== 0) {
    const text = String(last.message ?? '').trim() || `exit code ${last.exitCode}`;
    return text.split('\n').at(-1);
  }
  const isStuck = waiting !== undefined && !['PodInitializing', 'ContainerCreating'].includes(String(reason));
  return isStuck ? [reason, message].filter(Boolean).join(': ') : undefined;
}
