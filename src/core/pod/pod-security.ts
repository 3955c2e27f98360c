import { INIT_NAME } from './container-names.js';

/** The label of a namespace with the level it enforces: kubernetes.io/docs/concepts/security/pod-security-admission. */
export const SECURITY_LEVEL = 'pod-security.kubernetes.io/enforce';

/** The levels with which the API server denies every injected Pod, except in node mode. */
export const FORBIDDING_LEVELS: readonly string[] = ['baseline', 'restricted'];

/** Why it denies them. */
export function forbiddenText(level: string): string {
  return (
    `the namespace enforces the Pod Security level ${level}, which forbids the capability NET_ADMIN of ` +
    INIT_NAME
  );
}
