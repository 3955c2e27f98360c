import type { Variable } from '../program.js';
import { ADDITION_VARIABLES } from './additions.js';
import { CONTAINER_VARIABLES } from './containers.js';
import { OPERATION_VARIABLES } from './operations.js';
import { PROBE_VARIABLES } from './probes.js';
import { CHAIN_VARIABLES, REDIRECT_VARIABLES } from './redirect.js';
import { RESOURCE_VARIABLES } from './resources.js';

/**
 * What the mutation needs besides the decision, in an order in which each reads only those before it. The last one,
 * `ops`, lists the operations of the patch.
 */
export const MUTATION_VARIABLES: readonly Variable[] = [
  { name: 'isProxyFirst', expression: 'variables.mode == "container" && variables.holdsApplication' },
  ...RESOURCE_VARIABLES,
  ...REDIRECT_VARIABLES,
  ...PROBE_VARIABLES,
  ...CHAIN_VARIABLES,
  ...CONTAINER_VARIABLES,
  ...ADDITION_VARIABLES,
  ...OPERATION_VARIABLES,
];
