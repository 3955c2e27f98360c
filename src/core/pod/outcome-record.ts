import type { StringMap } from '../values/shape.js';
import {
  CONFIG_HASH,
  OWN_ANNOTATIONS,
  REASON,
  STATUS,
  STATUS_SKIPPED,
  VERSION,
  WARNINGS,
} from './annotations.js';
import { isInjected } from './injected.js';
import type { Pod } from './pod.js';

/** What the injector wrote on a Pod when it was created. */
export type OutcomeRecord =
  | {
      readonly status: 'injected';
      readonly configHash: string | undefined;
      readonly version: string | undefined;
      readonly warnings: readonly string[];
    }
  | { readonly status: 'skipped'; readonly reason: string | undefined }
  /** The webhook was not called, or did not record it. */
  | { readonly status: 'none' };

/** The record on a Pod, for display. Anyone who may write annotations could have written it. */
export function outcomeRecord(pod: Pod): OutcomeRecord {
  const annotations = withoutControls(pod.metadata?.annotations ?? {});
  if (isInjected(pod)) {
    const { [CONFIG_HASH]: configHash, [VERSION]: version, [WARNINGS]: warnings = '' } = annotations;
    return { status: 'injected', configHash, version, warnings: warnings.split('\n').filter(Boolean) };
  }
  if (annotations[STATUS] !== STATUS_SKIPPED) return { status: 'none' };
  return { status: 'skipped', reason: annotations[REASON] };
}

/** Without the control characters, on which a terminal would act; except line feeds. */
function withoutControls(annotations: StringMap): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    OWN_ANNOTATIONS.map((key) => [key, annotations[key]?.replace(/(?!\n)\p{Cc}/gu, '')]),
  );
}
