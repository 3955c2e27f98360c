import type { Path } from '../core/values/path.js';
import { type FoundObject, groupOf } from './kinds.js';

/** An object with Pod templates that stay unedited. */
export interface Unedited {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  /** The path in the document of its first such template. */
  readonly path: Path;
  readonly outcome: 'unknown kind' | 'skipped';
  /** Why, as a sentence, and what to do about it. */
  readonly message: string;
}

/** What to report about an object; undefined if all its Pod templates are edited. */
export function uneditedOf(found: FoundObject): Unedited | undefined {
  const { kind, name, namespace, path, known, others } = found;
  const [first] = others;
  if (first === undefined) return undefined;
  const object = { kind, name, namespace, path: [...path, ...first] };
  if (known?.unedited !== undefined) return { ...object, outcome: 'skipped', message: known.unedited };
  return { ...object, outcome: 'unknown kind', message: unknownKind(found) };
}

function unknownKind({ apiVersion, kind, known, others }: FoundObject): string {
  const group = groupOf(apiVersion);
  const places = [...new Set(others.map(templateText))];
  const templates = [...(known?.templates ?? []), ...places].map((text) =>
    text.includes('[') ? `"${text}"` : text,
  );
  const setting = `manifests: {kinds: [{group: ${group || '""'}, kind: ${kind}, templates: [${templates.join(', ')}]}]}`;
  const what = `${kind}${group === '' ? '' : `.${group}`} has a Pod template at ${places.join(' and ')}`;
  return `${what}. To edit it, add to the configuration: ${setting}`;
}

/** The path of a template as a setting names it: `spec.pools[*].template`. */
function templateText(path: Path): string {
  const steps = path.map((part) => (/^[A-Za-z_][\w-]*$/.test(String(part)) ? String(part) : '[*]'));
  return steps.join('.').replaceAll('.[*]', '[*]') || '.';
}
