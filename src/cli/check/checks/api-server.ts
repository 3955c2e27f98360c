import { asObject } from '../../../core/values/json.js';
import { type Check, problems } from '../check.js';

/** The oldest minor version of Kubernetes that the chart accepts; a test compares the two. */
export const OLDEST_MINOR = 28;

/** The version of the API server. */
export const apiServer: Check = {
  id: 'api-server',
  title: 'The API server answers, and its version is supported',
  async run({ cluster }) {
    const { gitVersion, major, minor } = asObject(await cluster.raw('/version'));
    const isOld = Number(major) === 1 && Number.parseInt(String(minor), 10) < OLDEST_MINOR;
    return {
      detail: String(gitVersion),
      ...problems(
        isOld && {
          severity: 'failed',
          message: `expected Kubernetes 1.${OLDEST_MINOR} or later, got ${gitVersion}`,
          hint: 'Upgrade the cluster.',
        },
      ),
    };
  },
};
