import { STATUS, STATUS_INJECTED } from './annotations.js';
import { INIT_MARKS, INIT_NAME, PROXY_NAME } from './container-names.js';
import type { Container, Pod } from './pod.js';

/**
 * Whether the injector injected a Pod before. Names and the annotation alone could be anyone's, so the containers must
 * also be what every version and configuration makes of them: an init container that is given redirect rules or waits
 * for them, and a proxy with a port for TCP and one for UDP that runs alongside the app. Nothing else is compared,
 * because it differs after an upgrade, another configuration, or another webhook, and the Pod must still not be
 * injected twice. None of this is a proof: whoever can write all of it into a Pod can imitate an injected one.
 */
export function isInjected({ metadata, spec }: Pod): boolean {
  if (metadata?.annotations?.[STATUS] !== STATUS_INJECTED) return false;
  const initContainers = spec.initContainers ?? [];
  return initContainers.some(isInit) && (spec.containers.some(isProxy) || initContainers.some(isNativeProxy));
}

/**
 * The index of the init container of an injected Pod that has to be moved to the end: in container mode, no init
 * container may come after it, because the proxy does not run yet. Undefined if it is in place. The match conditions of
 * the Helm chart know the same by the names of the containers; the suite `chart` compares the two.
 */
export function misplacedInit({ spec }: Pod): number | undefined {
  const initContainers = spec.initContainers ?? [];
  const index = initContainers.findLastIndex(isInit);
  const isInPlace = index === initContainers.length - 1 || initContainers.some(isNativeProxy);
  return isInPlace ? undefined : index;
}

function isInit({ name, env }: Container): boolean {
  return (
    name === INIT_NAME && env?.some((variable) => INIT_MARKS.some((mark) => mark === variable.name)) === true
  );
}

function isNativeProxy(container: Container): boolean {
  return container.restartPolicy === 'Always' && isProxy(container);
}

function isProxy({ name, ports }: Container): boolean {
  const protocols = (ports ?? []).map(({ protocol }) => protocol ?? 'TCP');
  return protocols.includes('TCP') && protocols.includes('UDP') && name === PROXY_NAME;
}
