import { GUARD } from '../pod/annotations.js';
import { drainWarnings } from '../settings/drain.js';
import {
  overrideViolationText,
  prefixedKeys,
  toggleLabelViolations,
  unknownKeys,
} from '../settings/overrides.js';
import { limitsUnderFloor } from '../settings/resolved-settings.js';
import { WARNING_TEXTS } from '../settings/warning-texts.js';
import { redirectedUdpPorts } from './conditions/redirected-udp.js';
import type { Evaluation } from './evaluation.js';

/**
 * More warnings than this are only counted. As many of 120 characters are below the 4096 that the API server passes on:
 * k8s.io/apiserver, pkg/endpoints/filters/warning.go.
 */
export const MAX_WARNINGS = 20;

/** The length of a warning in the annotation of the Pod. All annotations together may have 256 KiB. */
export const MAX_RECORDED_LENGTH = 500;

/** What the creator and the owner of an injected Pod should know. */
export interface InjectionWarnings {
  /** For the response. */
  readonly warnings: readonly string[];
  /** The same for the annotation of the Pod, which has room for longer ones. */
  readonly recordedWarnings: readonly string[];
}

/** The mistakes that do not keep a Pod from being injected, those that matter most first. */
export function injectionWarnings(evaluation: Evaluation): InjectionWarnings {
  const texts = [proxyTexts, probeTexts, udpTexts, keyTexts].flatMap((textsOf) => textsOf(evaluation));
  const shown = firstOf(texts, MAX_WARNINGS);
  return {
    warnings: shown.map(warning),
    recordedWarnings: shown.map((text) => cut(text, MAX_RECORDED_LENGTH)),
  };
}

/**
 * The API server recommends at most 120 characters:
 * kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response.
 */
export function warning(text: string): string {
  return cut(`proxy-injection: ${text}`, 120);
}

function firstOf(texts: readonly string[], count: number): readonly string[] {
  return texts.length > count ? [...texts.slice(0, count), `${texts.length - count} more`] : texts;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** Annotations and labels that have no effect. An invalid label of the Pod itself denies the Pod. */
function keyTexts({ annotations, labels, namespaceAnnotations, namespaceLabels }: Evaluation): string[] {
  return [
    ...unknownKeys(annotations).map((key) => WARNING_TEXTS['unknown-annotation'](key)),
    ...unknownKeys(namespaceAnnotations).map((key) => WARNING_TEXTS['unknown-namespace-annotation'](key)),
    ...unknownLabels(labels).map((key) => WARNING_TEXTS.label(key)),
    ...(Object.hasOwn(labels, GUARD) ? [WARNING_TEXTS['guard-label'](GUARD)] : []),
    ...unknownLabels(namespaceLabels).map((key) => WARNING_TEXTS['namespace-label'](key)),
    ...toggleLabelViolations('namespace', namespaceLabels)
      .map(overrideViolationText)
      .map(WARNING_TEXTS['invalid-namespace-label']),
  ];
}

function unknownLabels(labels: Evaluation['labels']): string[] {
  return prefixedKeys(labels).filter((key) => key !== GUARD);
}

function proxyTexts({ pod, resolution, drain, resources }: Evaluation): string[] {
  const { settings } = resolution;
  const texts = [
    ...limitsUnderFloor(resources).map((small) => ({ ...small, what: 'proxy' })),
    ...limitsUnderFloor(resources.init).map((small) => ({ ...small, what: 'init container' })),
  ].map(({ what, resource, limit, floor }) => WARNING_TEXTS['small-limit'](what, resource, limit, floor));
  texts.push(...resources.warnings);
  if (settings.mode === 'container' && (pod.spec.restartPolicy ?? 'Always') !== 'Always') {
    texts.push(WARNING_TEXTS['not-completing']());
  }
  return [...texts, ...drainWarnings(drain)];
}

/** A proxy accepts connections whether or not the app listens. With `direct`, no probe should be left to it. */
function probeTexts({ probes, resolution }: Evaluation): string[] {
  const isDirect = resolution.settings.probes === 'direct';
  return probes.proxied
    .filter(({ action }) => isDirect || action === 'tcpSocket')
    .map(({ container, handler, action }) =>
      WARNING_TEXTS[action === 'tcpSocket' ? 'tcp-probe' : 'proxied-probe'](handler, container.name),
    );
}

/** Excluding a port excludes it for TCP, too, so this does not say that it should be. */
function udpTexts(evaluation: Evaluation): string[] {
  const [port, ...more] = redirectedUdpPorts(evaluation);
  if (port === undefined) return [];
  const ports = more.length === 0 ? `port ${port}` : `port ${port} and ${more.length} more`;
  return [WARNING_TEXTS['redirected-udp'](ports)];
}
