import { Injectable } from '@nestjs/common';
import type { FinalDecision } from '../core/decision/decision.js';
import type { NamespaceFacts } from '../core/decision/subject.js';
import type { Injector } from '../core/injector.js';
import { TooManyLookupsError, UnknownNamespaceError } from '../namespaces/lookups/namespace-lookups.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import { AdmissionError } from '../review/admission-error.js';
import type { AdmissionRequest } from '../review/review.js';

/** Gets the decision from the core, and looks the namespace up if the core needs it and it is not cached. */
@Injectable()
export class ValidationService {
  constructor(private readonly namespaces: NamespacesService) {}

  /**
   * Returns a promise only if the namespace must be fetched; it rejects with an {@link AdmissionError}.
   */
  decide(request: AdmissionRequest, injector: Injector): FinalDecision | Promise<FinalDecision> {
    const { object, facts } = request;
    const decision = injector.decide(object, facts, this.namespaces.peek(facts.namespace));
    return decision.outcome === 'namespace-needed' ? this.#decideLater(request, injector) : decision;
  }

  async #decideLater({ object, facts }: AdmissionRequest, injector: Injector): Promise<FinalDecision> {
    return injector.decide(object, facts, await this.#fetch(facts.namespace));
  }

  async #fetch(name: string): Promise<NamespaceFacts> {
    try {
      return await this.namespaces.get(name);
    } catch (cause) {
      throw lookupFailure(name, cause as Error);
    }
  }
}

/** Only what the operator must look into is a 500 and has a cause, whose stack trace is logged. */
function lookupFailure(name: string, cause: Error): AdmissionError {
  if (cause instanceof UnknownNamespaceError) {
    const message = `request.namespace: expected a namespace of the cluster, got ${JSON.stringify(name)}`;
    return new AdmissionError(400, 'unknown-namespace', message);
  }
  if (cause instanceof TooManyLookupsError) return new AdmissionError(503, 'overloaded', cause.message);
  return new AdmissionError(500, 'namespace-lookup-failed', cause.message, { cause });
}
