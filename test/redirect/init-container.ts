import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/load.js';
import { snapshotOf } from '../../src/config/snapshot.js';
import { PROXY_NAME } from '../../src/core/pod/container-names.js';
import type { JsonObject } from '../../src/core/values/json.js';
import type { SecurityContext } from '../support/containers/bundle.js';
import { patched } from '../unit/golden/golden-case.js';
import type { ProxyContainer } from './testbed/envoy.js';
import type { InitContainer } from './testbed/runtime.js';

/** What determines the injected init container. */
export interface InjectionInput {
  /** `INJECTOR_*` variables. */
  readonly env?: { readonly [variable: string]: string };
  /** The text of the configuration file. */
  readonly config?: string;
  readonly annotations?: { readonly [key: string]: string };
  /** The annotations of the namespace. */
  readonly namespace?: { readonly [key: string]: string };
  /** The securityContext of the Pod. */
  readonly podSecurityContext?: JsonObject;
  /** More fields of the app container. */
  readonly app?: JsonObject;
}

/** The init container that the injector adds, with its securityContext merged over the Pod's as the kubelet does. */
export function injectedInit(input: InjectionInput = {}): InitContainer {
  const { podSecurityContext = {} } = input;
  const init = injectedSpec(input).initContainers.at(-1) as InitContainer;
  return { ...init, securityContext: { ...podSecurityContext, ...init.securityContext } as SecurityContext };
}

/** The proxy container that the injector adds. */
export function injectedProxy(input: InjectionInput): ProxyContainer {
  const { containers } = injectedSpec(input);
  return containers.find(({ name }) => name === PROXY_NAME) as unknown as ProxyContainer;
}

interface InjectedSpec {
  readonly initContainers: readonly InitContainer[];
  readonly containers: readonly JsonObject[];
}

function injectedSpec({
  env = {},
  config = '{}',
  annotations = {},
  namespace = {},
  podSecurityContext = {},
  app = {},
}: InjectionInput): InjectedSpec {
  const { injector } = snapshotOf(loaded(config, env), undefined);
  const pod = {
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'app', image: 'app:1', ...app }], securityContext: podSecurityContext },
  };
  const decision = injector.decide(
    pod,
    { operation: 'CREATE', kind: '/v1/Pod', namespace: 'shop' },
    { annotations: namespace },
  );
  if (decision.outcome !== 'injected') throw new Error(`not injected: ${JSON.stringify(decision)}`);
  return (patched(pod, injector.patch(decision)) as { spec: InjectedSpec }).spec;
}

function loaded(config: string, env: NodeJS.ProcessEnv) {
  const directory = mkdtempSync(join(tmpdir(), 'config-'));
  try {
    const file = join(directory, 'config.yaml');
    writeFileSync(file, config);
    return loadConfiguration({ ...env, INJECTOR_CONFIG: file });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The same container with other added capabilities. */
export function withCapabilities(init: InitContainer, ...add: readonly string[]): InitContainer {
  const { securityContext } = init;
  return {
    ...init,
    securityContext: { ...securityContext, capabilities: { ...securityContext.capabilities, add } },
  };
}
