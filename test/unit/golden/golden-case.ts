import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, type Operation } from 'rfc6902';
import { parse, stringify } from 'yaml';
import { ROOT } from '../../../tools/checkout.js';

/** The golden cases lie in the source tree, and are found by themselves. */
export const CASES = join(ROOT, 'test', 'unit', 'golden', 'cases');

/** The files that a case may hold; any other is a mistake. */
export const FILES = ['pod.yaml', 'config.yaml', 'namespace.yaml', 'expected.yaml'] as const;

/** One golden case: a Pod, and where it needs them a configuration and the namespace. */
export interface GoldenCase {
  readonly name: string;
  readonly pod: PodManifest;
  /** The path of the configuration file. */
  readonly config: string | undefined;
  /** The annotations of the namespace. */
  readonly namespace: { readonly [key: string]: string };
  readonly expected: Expected | undefined;
}

export interface PodManifest {
  readonly metadata: { readonly namespace?: string };
}

/** What came of it, the same through every path. */
export interface Expected {
  readonly outcome: string;
  readonly reason: string;
  readonly message?: string;
  readonly warnings?: readonly string[];
  /** The Pod with the patch applied. */
  readonly pod?: unknown;
}

export function goldenCases(): GoldenCase[] {
  return readdirSync(CASES).map((name) => {
    const files = readdirSync(join(CASES, name));
    return {
      name,
      pod: read(name, 'pod.yaml'),
      config: files.includes('config.yaml') ? join(CASES, name, 'config.yaml') : undefined,
      namespace: files.includes('namespace.yaml') ? read(name, 'namespace.yaml').metadata.annotations : {},
      expected: files.includes('expected.yaml') ? read(name, 'expected.yaml') : undefined,
    };
  });
}

/** The text of an expected.yaml. */
export function expectedText(expected: Expected): string {
  return stringify(expected, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** The Pod with the patch applied, as the API server would apply it; throws if the patch does not apply. */
export function patched(pod: unknown, patch: readonly object[]): unknown {
  const copy = structuredClone(pod);
  for (const problem of applyPatch(copy, patch as Operation[])) if (problem) throw problem;
  return copy;
}

// biome-ignore lint/suspicious/noExplicitAny: a YAML file of the tests' own
function read(name: string, file: string): any {
  return parse(readFileSync(join(CASES, name, file), 'utf8'));
}
