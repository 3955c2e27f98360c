import { readFileSync } from 'node:fs';
import { PatchService } from '../../src/admission/patch.service.js';
import { ConfigService } from '../../src/config/config.service.js';
import { decodeReview } from '../../src/review/review.js';
import { RECORDED } from './inputs.js';

/** The length of the patch that the injector answers for the small Pod, in base64. */
export function patchLength(): number {
  const { injector } = new ConfigService({}).current;
  const { object, facts } = decodeReview(readFileSync(RECORDED[0].file));
  const decision = injector.decide(object, facts, { annotations: {} });
  return new PatchService().patch(decision, injector)?.length ?? 0;
}
