import type { FinalDecision } from '../../core/decision/decision.js';
import type { RequestFacts } from '../../core/decision/subject.js';
import type { Injector } from '../../core/injector.js';
import type { Path } from '../../core/values/path.js';
import type { Workload } from '../../manifests/workload.js';
import type { Namespaces } from './namespaces.js';

/** An object that may get a proxy, with everything a decision about it needs except the namespace. */
export interface Candidate {
  /** In kubectl's notation: `deployment/web`. */
  readonly label: string;
  /** The kind of the workload that has the Pod: `Deployment`. */
  readonly workload: string;
  readonly object: unknown;
  readonly request: RequestFacts;
  /** It is an AdmissionReview, so the API server has called the webhook. */
  readonly isReview: boolean;
  /** The position of a value of the Pod: `deploy.yaml:14:9`. */
  readonly position: (path: Path) => string;
  /** Where a field of the request comes from. */
  readonly requestOrigin: (field: string) => string;
}

/** A workload as the webhook would see its Pod; `namespace` applies if the workload names none. */
export function candidateOf(workload: Workload, namespace: string | undefined): Candidate {
  const effective = workload.namespace ?? namespace ?? 'default';
  const fallback = namespace === undefined ? 'default' : '--namespace';
  return {
    label: labelOf(workload),
    workload: workload.kind,
    object: workload.pod,
    request: { operation: 'CREATE', kind: '/v1/Pod', subResource: '', namespace: effective },
    isReview: false,
    position: (path) => workload.position(path),
    requestOrigin: (field) => {
      if (field !== 'namespace') return 'assumed';
      return workload.namespace === undefined ? fallback : 'the manifest';
    },
  };
}

/** An object in kubectl's notation: `deployment/web`; with the path of its template if it can have several. */
export function labelOf({
  kind,
  name,
  template,
}: Pick<Workload, 'kind' | 'name'> & Partial<Workload>): string {
  const label = `${kind.toLowerCase()}/${name || '(no name)'}`;
  return template === undefined ? label : `${label} (${template})`;
}

/** Decides about a candidate. */
export function decideOn(
  { object, request }: Candidate,
  injector: Injector,
  namespaces: Namespaces,
): FinalDecision {
  return injector.decide(object, request, namespaces.facts(request.namespace));
}

/** The warnings that do not repeat the message, as those of most skipped Pods do. */
export function furtherWarnings(decision: FinalDecision): readonly string[] {
  if (decision.outcome === 'denied') return [];
  const { reason, warnings } = decision;
  return reason === 'injected' || reason === 'already-injected' ? warnings : [];
}
