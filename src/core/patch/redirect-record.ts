import { REDIRECT } from '../pod/annotations.js';
import { redirectText } from '../redirect/redirect-annotation.js';
import type { ResolvedSettings } from '../settings/resolved-settings.js';
import { pointer } from '../values/pointer.js';
import type { StringMap } from '../values/shape.js';

/** A JSON Patch operation (RFC 6902) that removes an annotation. */
export interface RemoveOperation {
  readonly op: 'remove';
  /** A JSON Pointer (RFC 6901). */
  readonly path: string;
}

/** The annotation with what the agent applies in node mode. */
export function redirectRecord({ redirect, redirectBy }: ResolvedSettings): StringMap {
  return redirectBy === 'node' ? { [REDIRECT]: redirectText(redirect) } : {};
}

/** Removes the annotation from a Pod that the agent must not redirect. No value of it would be ignored. */
export const REMOVE_REDIRECT: RemoveOperation = {
  op: 'remove',
  path: pointer(['metadata', 'annotations', REDIRECT]),
};
