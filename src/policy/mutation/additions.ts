import { MAX_RECORDED_LENGTH, MAX_WARNINGS } from '../../core/decision/warnings.js';
import { NOTHING_ADDED } from '../../core/patch/added-annotation.js';
import { EVICTABLE_VOLUMES } from '../../core/patch/evictable-volumes.js';
import { SCRAPE_PREFIX } from '../../core/patch/patch.js';
import {
  ADDED,
  CONFIG_HASH,
  DEFAULT_CONTAINER,
  REASON,
  STATUS,
  STATUS_INJECTED,
  STATUS_SKIPPED,
  VERSION,
  WARNINGS,
} from '../../core/pod/annotations.js';
import { text } from '../cel/literal.js';
import type { Variable } from '../program.js';
import { merged, onlyIf } from './expressions.js';

/** What a Pod gets besides the containers: see `buildPatch` and `outcome.ts` of the core. */
export const ADDITION_VARIABLES: readonly Variable[] = [
  {
    name: 'addedVolumes',
    expression: missing('variables.config.pod.volumes', 'variables.volumes'),
  },
  {
    name: 'addedPullSecrets',
    expression: missing(
      'variables.config.pod.imagePullSecrets',
      'variables.pod.spec.?imagePullSecrets.orValue([])',
    ),
  },
  {
    name: 'addedLabels',
    expression: 'variables.config.pod.labels.transformMap(k, v, !(k in variables.podLabels), v)',
  },
  {
    name: 'evictableVolumes',
    expression:
      "variables.addedVolumes.filter(v, 'emptyDir' in v || v.size() == 1).map(v, string(v.name)).join(',')",
  },
  {
    name: 'ownAnnotations',
    expression:
      `{?${text(EVICTABLE_VOLUMES)}: ${onlyIf("variables.evictableVolumes != ''", 'variables.evictableVolumes')},` +
      ` ?${text(DEFAULT_CONTAINER)}: ${onlyIf(
        `variables.isProxyFirst && !(${text(DEFAULT_CONTAINER)} in variables.podAnnotations)`,
        'variables.containers[0].name',
      )}}`,
  },
  {
    name: 'wantedAnnotations',
    expression: merged('variables.ownAnnotations', 'variables.config.pod.annotations'),
  },
  {
    name: 'isScraped',
    expression: `variables.podAnnotations.exists(k, k.startsWith(${text(SCRAPE_PREFIX)}))`,
  },
  {
    name: 'addedAnnotations',
    expression:
      'variables.wantedAnnotations.transformMap(k, v, !(k in variables.podAnnotations)' +
      ` && !(variables.isScraped && k.startsWith(${text(SCRAPE_PREFIX)})), v)`,
  },
  {
    name: 'addedParts',
    expression: [
      namesPart('labels', 'variables.addedLabels', keysOf('variables.addedLabels')),
      namesPart('annotations', 'variables.addedAnnotations', keysOf('variables.addedAnnotations')),
      namesPart('volumes', 'variables.addedVolumes'),
      namesPart('imagePullSecrets', 'variables.addedPullSecrets'),
      'variables.addedProbes',
    ].join(' + '),
  },
  { name: 'recorded', expression: recorded() },
  {
    name: 'outcomeAnnotations',
    expression:
      `{${text(STATUS)}: dyn(${text(STATUS_INJECTED)}),` +
      ` ?${text(REASON)}: ${onlyIf(has(REASON), text(STATUS_INJECTED))},` +
      ` ?${text(WARNINGS)}: ${onlyIf(`variables.recorded != '' || ${has(WARNINGS)}`, 'variables.recorded')},` +
      ` ${text(CONFIG_HASH)}: dyn(variables.config.identity.configHash),` +
      ` ${text(VERSION)}: dyn(variables.config.identity.version),` +
      ` ?${text(ADDED)}: variables.addedParts.size() > 0` +
      ` ? optional.of(dyn('{' + variables.addedParts.join(',') + '}'))` +
      ` : ${onlyIf(has(ADDED), text(NOTHING_ADDED))}}`,
  },
  { name: 'annotations', expression: merged('variables.addedAnnotations', 'variables.outcomeAnnotations') },
  {
    name: 'skippedAnnotations',
    expression:
      `{${text(STATUS)}: dyn(${text(STATUS_SKIPPED)}), ${text(REASON)}: dyn(variables.reason),` +
      ` ?${text(WARNINGS)}: ${onlyIf(has(WARNINGS), "''")}}` +
      '.transformMap(k, v, !(k in variables.podAnnotations) || variables.podAnnotations[k] != v, v)',
  },
];

function has(key: string): string {
  return `${text(key)} in variables.podAnnotations`;
}

/** The entries of a list whose names are not in another one. */
function missing(ours: string, theirs: string): string {
  return `${ours}.filter(o, !${theirs}.exists(t, t.name == o.name))`;
}

function keysOf(map: string): string {
  return `${map}.map(k, string(k)).sort()`;
}

/** A member of the annotation `added`, if something was added: a map, or a list of objects with names. */
function namesPart(key: string, added: string, names = `${added}.map(e, string(e.name))`): string {
  return `(${added}.size() == 0 ? [] : ['"${key}":["' + ${names}.join('","') + '"]'])`;
}

/** The warnings in the annotation of the Pod: see `injectionWarnings` of the core. */
function recorded(): string {
  const all = 'variables.warnings';
  const shown =
    `(${all}.size() > ${MAX_WARNINGS} ? ${all}.slice(0, ${MAX_WARNINGS})` +
    ` + [string(${all}.size() - ${MAX_WARNINGS}) + " more"] : ${all})`;
  const cut = `w.size() > ${MAX_RECORDED_LENGTH} ? w.substring(0, ${MAX_RECORDED_LENGTH - 3}) + "..." : w`;
  return `variables.config.annotateOutcome == "enabled" ? ${shown}.map(w, ${cut}).join("\\n") : ""`;
}
