import { fieldPath, probePortPath } from '../pod/probes.js';
import type { AliasedProbe } from '../settings/probe-aliases.js';
import { pointer } from '../values/pointer.js';
import type { OriginalPorts } from './added-annotation.js';

/** A JSON Patch operation (RFC 6902) that replaces the port of a probe, in a Pod to which nothing is added yet. */
export interface ReplaceOperation {
  readonly op: 'replace';
  /** A JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly value: number;
}

/** The operations that replace the ports of probes, and nothing else in them. */
export function probeOperations(probes: readonly AliasedProbe[]): ReplaceOperation[] {
  return probes.map((probe) => ({
    op: 'replace',
    path: pointer(probePortPath(probe)),
    value: probe.alias,
  }));
}

/** The replaced ports, as the annotation `added` lists them. */
export function originalPorts(probes: readonly AliasedProbe[]): OriginalPorts {
  const ports = new Map<string, Map<string, string | number>>();
  for (const probe of probes) {
    const { name } = probe.container;
    const ofContainer = ports.get(name) ?? new Map<string, string | number>();
    ports.set(name, ofContainer.set(fieldPath(probe).join('.'), probe.given));
  }
  return Object.fromEntries([...ports].map(([name, fields]) => [name, Object.fromEntries(fields)]));
}

/** The aliased probes as a string. Equal strings mean equal operations, rules, and original ports. */
export function probesKey(probes: readonly AliasedProbe[]): string {
  if (probes.length === 0) return '';
  const parts = probes.map((probe) => [
    ...probePortPath(probe),
    probe.container.name,
    probe.given,
    probe.port,
    probe.alias,
  ]);
  return JSON.stringify(parts);
}
