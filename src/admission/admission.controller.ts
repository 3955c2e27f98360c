import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigService } from '../config/config.service.js';
import type { FinalDecision } from '../core/decision/decision.js';
import type { Injector } from '../core/injector.js';
import { EventsService } from '../observability/events/events.service.js';
import { LOGGER } from '../observability/log/logger.js';
import { MetricsService } from '../observability/metrics/metrics.service.js';
import { TRACES, type Traces } from '../observability/traces/traces.js';
import { AdmissionError, ERROR_REASONS, type ErrorReason, encodeStatus } from '../review/admission-error.js';
import { type AdmissionRequest, decodeReview, encodeReview } from '../review/review.js';
import type { Answer, Call } from './call.js';
import { admissionFields, patchForLog } from './log-fields.js';
import { PatchService } from './patch.service.js';
import { spanOf } from './span.js';
import { ValidationService } from './validation.service.js';

/** Errors of requests that have no span. */
const NO_ADMISSIONS: readonly ErrorReason[] = ['not-found', 'method-not-allowed'];

/** A request and what its answer needs: one configuration from the decision to the patch. */
interface Admission {
  readonly request: AdmissionRequest;
  readonly injector: Injector;
  readonly call: Call;
}

/**
 * `POST /mutate`: decodes the AdmissionReview, gets decision and patch, encodes the answer, counts and logs it. The
 * webhook's own listener calls it; Nest does not route it: docs/decisions/0003-dedicated-https-listener.md.
 */
@Injectable()
export class AdmissionController {
  constructor(
    private readonly config: ConfigService,
    private readonly validation: ValidationService,
    private readonly patches: PatchService,
    private readonly metrics: MetricsService,
    private readonly events: EventsService,
    @Inject(LOGGER) private readonly logger: Logger,
    @Optional() @Inject(TRACES) private readonly traces?: Traces,
  ) {
    for (const reason of ERROR_REASONS) metrics.requests.add('error', reason, 0);
  }

  /** Never throws or rejects, whatever the body. Returns a promise only if the namespace must be looked up. */
  mutate(body: Buffer, call: Call): Answer | Promise<Answer> {
    let request: AdmissionRequest | undefined;
    try {
      request = decodeReview(body);
      const { injector } = this.config.current;
      const decision = this.validation.decide(request, injector);
      const admission = { request, injector, call };
      return decision instanceof Promise
        ? this.#answerLater(admission, decision)
        : this.#answer(admission, decision);
    } catch (error) {
      return this.refuse(error, call, request);
    }
  }

  /** The answer to a request without a decision. Anything but an {@link AdmissionError} is a bug. */
  refuse(error: unknown, call: Call, request?: AdmissionRequest): Answer {
    const failure =
      error instanceof AdmissionError
        ? error
        : new AdmissionError(500, 'internal-error', 'internal error; see the log of the injector', {
            cause: error,
          });
    const { status, reason, message, cause: err } = failure;
    const outcome = 'error';
    const ms = this.#count(outcome, reason, call);
    const fields = request ? admissionFields(request, call, { outcome, reason, ms }) : { outcome, reason };
    this.logger[status >= 500 ? 'error' : 'warn']({ ...fields, status, err }, message);
    if (!NO_ADMISSIONS.includes(reason))
      this.traces?.record(spanOf(call, { request, fields, ms, status, message }));
    return { status, body: encodeStatus(failure), error: reason };
  }

  async #answerLater(admission: Admission, pending: Promise<FinalDecision>): Promise<Answer> {
    try {
      return this.#answer(admission, await pending);
    } catch (error) {
      return this.refuse(error, admission.call, admission.request);
    }
  }

  #answer({ request, injector, call }: Admission, decision: FinalDecision): Answer {
    const { outcome, reason, message } = decision;
    const patch = this.patches.patch(decision, injector);
    const answer = { status: 200, body: encodeReview(request.uid, decision, patch) };
    const ms = this.#count(outcome, reason, call);
    if (outcome === 'injected') this.metrics.injections.add(decision.settings.mode, '');
    this.events.report(request, decision);
    const fields = admissionFields(request, call, { outcome, reason, ms });
    this.logger.info(fields, message);
    this.traces?.record(spanOf(call, { request, fields, ms, status: answer.status, message }));
    if (patch !== undefined && this.logger.isLevelEnabled('debug')) {
      this.logger.debug({ uid: request.uid, patch: patchForLog(patch) }, 'The patch');
    }
    return answer;
  }

  /** Returns the milliseconds since the request arrived. */
  #count(outcome: string, reason: string, { startedAt }: Call): number {
    const ms = performance.now() - startedAt;
    this.metrics.requests.add(outcome, reason);
    this.metrics.duration.observe(ms / 1000);
    return ms;
  }
}
