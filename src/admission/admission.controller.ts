import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../observability/logger.js';
import { MetricsService } from '../observability/metrics.service.js';
import { admissionFields, patchForLog } from './log.js';
import { PatchService } from './patch.service.js';
import { AdmissionProblem, encodeProblem } from './problem.js';
import { type AdmissionRequest, decodeReview, encodeReview } from './review.js';
import { type FinalDecision, ValidationService } from './validation.service.js';

/** What goes back to the API server. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One request as it came in. */
export interface Call {
  /** `performance.now()` when its headers had been read. */
  readonly startedAt: number;
  /** The W3C header of that name, if the API server traces. */
  readonly traceparent: string | undefined;
}

/**
 * `POST /mutate`: decodes the AdmissionReview, asks for the decision and the patch, encodes the answer, counts and logs it. It
 * is called by the webhook's own listener and not routed by Nest: docs/decisions/0003-http-layer.md.
 */
@Injectable()
export class AdmissionController {
  constructor(
    private readonly validation: ValidationService,
    private readonly patches: PatchService,
    private readonly metrics: MetricsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Never throws and never rejects; a promise only where something had to be looked up. */
  mutate(body: string, call: Call): Answer | Promise<Answer> {
    let request: AdmissionRequest | undefined;
    try {
      request = decodeReview(body);
      const decision = this.validation.decide(request);
      if (!(decision instanceof Promise)) return this.#answer(request, decision, call);
      return this.#answerLater(request, decision, call);
    } catch (error) {
      return this.refuse(error, call, request);
    }
  }

  /** The answer to a request that no decision was made for: an {@link AdmissionProblem}, or anything else, which is a bug. */
  refuse(error: unknown, call: Call, request?: AdmissionRequest): Answer {
    const problem =
      error instanceof AdmissionProblem
        ? error
        : new AdmissionProblem(500, 'internal-error', 'internal error of the injector; see its log', {
            cause: error,
          });
    const { status, reason, message, cause } = problem;
    const level = status >= 500 ? 'error' : 'warn';
    this.logger[level](
      {
        ...(request && admissionFields(request, call)),
        outcome: 'error',
        reason,
        status,
        ...(cause ? { err: cause } : {}),
      },
      message,
    );
    this.#count('error', reason, call);
    return { status, body: encodeProblem(problem) };
  }

  async #answerLater(
    request: AdmissionRequest,
    pending: Promise<FinalDecision>,
    call: Call,
  ): Promise<Answer> {
    try {
      return this.#answer(request, await pending, call);
    } catch (error) {
      return this.refuse(error, call, request);
    }
  }

  #answer(request: AdmissionRequest, decision: FinalDecision, call: Call): Answer {
    const { outcome, reason } = decision;
    const patch = outcome === 'injected' ? this.patches.patch(decision) : undefined;
    const answer = { status: 200, body: encodeReview(request.uid, decision, patch) };
    this.#count(outcome, reason, call);
    if (outcome === 'injected') this.metrics.injections.inc({ mode: decision.injection.mode });
    this.logger.info({ ...admissionFields(request, call), outcome, reason }, decision.message);
    if (patch !== undefined && this.logger.isLevelEnabled('debug')) {
      this.logger.debug({ uid: request.uid, patch: patchForLog(patch) }, 'The patch');
    }
    return answer;
  }

  #count(outcome: string, reason: string, { startedAt }: Call): void {
    this.metrics.countRequest(outcome, reason);
    this.metrics.duration.observe((performance.now() - startedAt) / 1000);
  }
}
