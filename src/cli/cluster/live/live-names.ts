import { existsSync } from 'node:fs';
import { UserError } from '../../user-error.js';
import { type NamedObject, parseWorkload } from '../workload-reference.js';

/** The objects of a cluster that are named instead of files; undefined if files are named. Throws a `UserError`. */
export function liveNames(
  names: readonly string[],
  { filename }: { readonly filename?: readonly string[] },
): NamedObject[] | undefined {
  if (filename !== undefined || names.length === 0) return undefined;
  const isLive = names.map((name) => /^[a-z.]+\/[a-z0-9.-]+$/.test(name) && !existsSync(name));
  if (!isLive.some(Boolean)) return undefined;
  const file = names[isLive.indexOf(false)];
  if (file !== undefined)
    throw new UserError(`${file}: expected TYPE/NAME, like the other arguments, got a file`);
  return names.map((name) => parseWorkload(name));
}
