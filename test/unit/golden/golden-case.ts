import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, type Operation } from 'rfc6902';
import { parse, stringify } from 'yaml';
import { ROOT } from '../../../tools/checkout.js';

/** The folder of the golden cases, in the source tree. Every folder in it is a case. */
export const CASES = join(ROOT, 'test', 'unit', 'golden', 'cases');

/** The files that a case may contain. */
export const FILES = ['pod.yaml', 'config.yaml', 'namespace.yaml', 'expected.yaml'] as const;

/** A Pod, optionally with a configuration and a namespace, and the expected result. */
export interface GoldenCase {
  readonly name: string;
  readonly pod: PodManifest;
  /** The path of the configuration file; undefined for the defaults. */
  readonly config: string | undefined;
  /** The annotations of the namespace. */
  readonly namespace: { readonly [key: string]: string };
  readonly expected: Expected | undefined;
}

export interface PodManifest {
  readonly metadata: { readonly namespace?: string };
}

/** The result, the same through core, HTTP, and CLI; but the CLI does not record why a Pod is skipped. */
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

/** The content of an expected.yaml. */
export function expectedText(expected: Expected): string {
  return stringify(expected, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** A Pod with a JSON Patch applied, as by the API server. Throws if the patch does not apply. */
export function patched(pod: unknown, patch: readonly object[]): unknown {
  const copy = structuredClone(pod);
  for (const error of applyPatch(copy, patch as Operation[])) if (error) throw error;
  return copy;
}

// biome-ignore lint/suspicious/noExplicitAny: YAML files of the test cases
function read(name: string, file: string): any {
  return parse(readFileSync(join(CASES, name, file), 'utf8'));
}
