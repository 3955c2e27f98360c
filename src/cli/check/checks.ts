import type { Check } from './check.js';
import { agent } from './checks/agent.js';
import { apiServer } from './checks/api-server.js';
import { certManager, installPermissions, nodes, otherInjectors } from './checks/before.js';
import { dryRun, namespaces } from './checks/dry-run.js';
import { guard } from './checks/guard.js';
import { injectedPods } from './checks/injected-pods.js';
import { permissions } from './checks/permissions.js';
import { policies } from './checks/policies.js';
import { certificate, namespaceWatch, replicaConfiguration } from './checks/replicas.js';
import { podDisruptionBudget, replicas, service } from './checks/service.js';
import { failurePolicy, otherWebhooks, webhookConfiguration, webhookSelectors } from './checks/webhook.js';

/** The checks of an installation, in the order in which they run. */
export const CHECKS: readonly Check[] = [
  apiServer,
  webhookConfiguration,
  webhookSelectors,
  policies,
  otherWebhooks,
  service,
  replicas,
  podDisruptionBudget,
  agent,
  failurePolicy,
  guard,
  permissions,
  replicaConfiguration,
  namespaceWatch,
  certificate,
  dryRun,
  namespaces,
  injectedPods,
];

/** The checks of a cluster before an installation. */
export const CHECKS_BEFORE: readonly Check[] = [
  apiServer,
  installPermissions,
  certManager,
  nodes,
  otherInjectors,
];
