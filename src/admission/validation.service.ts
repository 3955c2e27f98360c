import { Injectable } from '@nestjs/common';
import { ConfigService } from '../config/config.service.js';
import { type Decision, decide, type NamespaceFacts } from '../core/decision.js';
import { NamespacesService } from '../namespaces/namespaces.service.js';
import { AdmissionProblem } from './problem.js';
import type { AdmissionRequest } from './review.js';

/** A decision that can be answered. */
export type FinalDecision = Exclude<Decision, { outcome: 'namespace-needed' }>;

/** Asks the core for its decision, and the cluster for the namespace where the core needs it and the cache has not got it. */
@Injectable()
export class ValidationService {
  constructor(
    private readonly config: ConfigService,
    private readonly namespaces: NamespacesService,
  ) {}

  /** A promise only where the namespace has to be fetched. It rejects with an {@link AdmissionProblem} of status 500. */
  decide(request: AdmissionRequest): FinalDecision | Promise<FinalDecision> {
    const decision = this.#ask(request, this.namespaces.peek(request.facts.namespace));
    return decision.outcome === 'namespace-needed' ? this.#decideLater(request) : decision;
  }

  async #decideLater(request: AdmissionRequest): Promise<FinalDecision> {
    const decision = this.#ask(request, await this.#fetch(request.facts.namespace));
    if (decision.outcome === 'namespace-needed')
      throw new Error('the decision asked for the namespace twice');
    return decision;
  }

  #ask({ object, facts }: AdmissionRequest, namespace: NamespaceFacts | undefined): Decision {
    const { settings, base } = this.config.current;
    return decide({ object, request: facts, namespace, settings, base });
  }

  async #fetch(name: string): Promise<NamespaceFacts> {
    try {
      return await this.namespaces.get(name);
    } catch (cause) {
      throw new AdmissionProblem(500, 'namespace-lookup-failed', (cause as Error).message, { cause });
    }
  }
}
