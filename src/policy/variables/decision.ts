import type { Variable } from '../program.js';
import { CONFLICT_VARIABLES } from './conditions/conflicts.js';
import { FOREIGN_PROXY_VARIABLES } from './conditions/foreign-proxy.js';
import { VOLUME_VARIABLES } from './conditions/volumes.js';
import { WINDOWS_VARIABLES } from './conditions/windows.js';
import { CONTAINER_VARIABLES } from './containers.js';
import { DRAIN_VARIABLES } from './drain.js';
import { objectVariables } from './object.js';
import { OVERRIDE_VARIABLES } from './overrides.js';
import { PROBE_VARIABLES } from './probes.js';
import { PROXY_USER_VARIABLES } from './proxy-user.js';
import { REASON_VARIABLES } from './reasons.js';
import { RESOURCE_VARIABLES } from './resources.js';
import { WARNING_VARIABLES } from './warnings.js';

/**
 * The decision about a Pod, an expression: all variables after `config` and `isPolicyMode`, which says whether policies
 * inject, and not just the webhook. The same for every configuration.
 */
export function decisionVariables(pod: string): readonly Variable[] {
  return [
    ...objectVariables(pod),
    ...OVERRIDE_VARIABLES,
    ...CONTAINER_VARIABLES,
    ...FOREIGN_PROXY_VARIABLES,
    ...WINDOWS_VARIABLES,
    ...PROXY_USER_VARIABLES,
    ...CONFLICT_VARIABLES,
    ...VOLUME_VARIABLES,
    ...RESOURCE_VARIABLES,
    ...REASON_VARIABLES,
    ...DRAIN_VARIABLES,
    ...PROBE_VARIABLES,
    ...WARNING_VARIABLES,
  ];
}
