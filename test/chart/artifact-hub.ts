import { parse } from 'yaml';
import { IMAGE } from '../../src/core/values/image.js';
import { isObject, type JsonObject } from '../../src/core/values/json.js';

const CATEGORIES = [
  'ai-machine-learning',
  'database',
  'integration-delivery',
  'monitoring-logging',
  'networking',
  'security',
  'skip-prediction',
  'storage',
  'streaming-messaging',
];
const KINDS = ['added', 'changed', 'deprecated', 'removed', 'fixed', 'security'];

/** The annotations that Artifact Hub knows for a chart, and whether it takes a value. */
const ANNOTATIONS: { readonly [key: string]: (value: string) => boolean } = {
  alternativeName: isText,
  category: (value) => CATEGORIES.includes(value),
  changes: listOf(
    ({ kind, description, links = [] }) =>
      KINDS.includes(String(kind)) && isText(description) && listOfLinks(links),
  ),
  containsSecurityUpdates: isBoolean,
  images: listOf(({ image }) => IMAGE.parse(String(image)) !== undefined),
  license: isText,
  links: (value) => listOfLinks(parse(value)),
  maintainers: listOf(({ name, email }) => isText(name) && isText(email)),
  operator: isBoolean,
  prerelease: isBoolean,
};

/**
 * What Artifact Hub's `ah lint` would reject in a Chart.yaml, and annotations that it would ignore. The rules are those
 * of https://artifacthub.io/docs/topics/annotations/helm and of internal/tracker/source/helm and internal/pkg in
 * https://github.com/artifacthub/hub. They are written down here because `ah` is no released Go module.
 */
export function artifactHubProblems({ annotations, icon, home, keywords }: JsonObject): string[] {
  const given = Object.entries((annotations ?? {}) as { [key: string]: unknown });
  const problems = given.flatMap(([key, value]) => {
    const [, name = ''] = /^artifacthub\.io\/(.*)$/.exec(key) ?? [];
    const check = ANNOTATIONS[name];
    if (check === undefined) return [`${key}: not an annotation of Artifact Hub`];
    return typeof value === 'string' && check(value) ? [] : [`${key}: ${JSON.stringify(value)}`];
  });
  const shown = { icon, home, keywords };
  const missing = Object.entries(shown).filter(([, value]) => value === undefined);
  return [...problems, ...missing.map(([field]) => `${field}: expected, because Artifact Hub shows it`)];
}

function listOf(check: (entry: JsonObject) => boolean): (value: string) => boolean {
  return (value) => {
    const list: unknown = parse(value);
    return Array.isArray(list) && list.every((entry) => isObject(entry) && check(entry));
  };
}

function listOfLinks(links: unknown): boolean {
  return Array.isArray(links) && links.every(({ name, url }) => isText(name) && URL.canParse(url));
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** What Go's strconv.ParseBool takes. */
function isBoolean(value: string): boolean {
  return ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value);
}
