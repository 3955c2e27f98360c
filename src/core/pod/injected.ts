import { STATUS, STATUS_INJECTED } from './annotations.js';
import { INIT_NAME, PROXY_NAME, RULES_VARIABLES } from './container-names.js';
import type { Container, Pod } from './pod.js';

/** The variable that the init container has under every configuration. */
const RULES = RULES_VARIABLES.iptables;

/**
 * Whether the injector injected a Pod before. Names and the annotation alone could be anyone's, so the containers must
 * also be what every version and configuration makes of them: an init container that is given redirect rules, and a
 * proxy with a port for TCP and one for UDP that runs alongside the app. Nothing else is compared, because it
 * differs after an upgrade, another configuration, or another webhook, and the Pod must still not be injected twice.
 * None of this is a proof: whoever can write all of it into a Pod can imitate an injected one.
 */
export function isInjected({ metadata, spec }: Pod): boolean {
  if (metadata?.annotations?.[STATUS] !== STATUS_INJECTED) return false;
  const initContainers = spec.initContainers ?? [];
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return initContainers.some(setsUpRedirect) && [...spec.containers, ...sidecars].some(isProxy);
}

function setsUpRedirect({ name, env }: Container): boolean {
  return name === INIT_NAME && env?.some((variable) => variable.name === RULES) === true;
}

function isProxy({ name, ports }: Container): boolean {
  const protocols = (ports ?? []).map(({ protocol }) => protocol ?? 'TCP');
  return protocols.includes('TCP') && protocols.includes('UDP') && name === PROXY_NAME;
}
