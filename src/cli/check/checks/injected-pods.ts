import { STATUS, STATUS_INJECTED } from '../../../core/pod/annotations.js';
import { INIT_NAME } from '../../../core/pod/container-names.js';
import { asObject } from '../../../core/values/json.js';
import { RESOURCES } from '../../cluster/resources.js';
import { initProblem, waitingValidator } from '../../cluster/status/proxy-state.js';
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
        const { name, namespace, annotations } = asObject(pod.metadata);
        const isInjected = asObject(annotations)[STATUS] === STATUS_INJECTED;
        const problem = isInjected ? initProblem(pod) : undefined;
        if (problem === undefined) continue;
        count += 1;
        if (failing.length === MOST) continue;
        const isWaiting = waitingValidator(pod) !== undefined;
        failing.push({
          // Every Pod of node mode waits for a moment.
          severity: isWaiting ? 'warning' : 'failed',
          message: `pod/${name} -n ${namespace}: ${problem}`,
          hint: isWaiting
            ? 'If it goes on, see the check "agent".'
            : 'kubectl describe shows the last lines of its log.',
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
