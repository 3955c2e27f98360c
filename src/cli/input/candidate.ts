import type { FinalDecision } from '../../core/decision/decision.js';
import type { RequestFacts } from '../../core/decision/subject.js';
import type { Injector } from '../../core/injector.js';
import type { Path } from '../../core/values/path.js';
import type { Workload } from '../../manifests/workload.js';
import type { Namespaces } from './namespaces.js';

/** Something that may get a proxy, with all that a decision about it needs but the namespace. */
export interface Candidate {
  /** As kubectl writes it: `deployment/web`. */
  readonly label: string;
  readonly object: unknown;
  readonly request: RequestFacts;
  /** Where a value of the Pod is. */
  readonly position: (path: Path) => string;
  /** Where what is said about the request comes from. */
  readonly requestOrigin: (field: string) => string;
}

/** A workload as the webhook would see its Pod; `namespace` is for one that names none. */
export function candidateOf(workload: Workload, namespace: string | undefined): Candidate {
  const asked = workload.namespace ?? namespace ?? 'default';
  const source = namespace === undefined ? 'default' : '--namespace';
  return {
    label: labelOf(workload),
    object: workload.pod,
    request: { operation: 'CREATE', kind: '/v1/Pod', subResource: '', namespace: asked },
    position: (path) => workload.position(path),
    requestOrigin: (field) => {
      if (field !== 'namespace') return 'assumed';
      return workload.namespace === undefined ? source : 'the manifest';
    },
  };
}

/** As kubectl writes it: `deployment/web`. */
export function labelOf({ kind, name }: Pick<Workload, 'kind' | 'name'>): string {
  return `${kind.toLowerCase()}/${name || '(no name)'}`;
}

/** Asks the core. */
export function decideOn(
  { object, request }: Candidate,
  injector: Injector,
  namespaces: Namespaces,
): FinalDecision {
  return injector.decide(object, request, namespaces.facts(request.namespace));
}
