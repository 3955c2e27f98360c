import type { Identity } from '../core/patch/patch.js';
import type { Settings } from '../core/settings/settings.js';
import { asObject, type JsonObject } from '../core/values/json.js';
import { literal, map } from './cel/literal.js';
import { MAX_CODE_POINTS, type Variable } from './program.js';

/** The sections of the settings, each in a variable of its own, because an expression has a maximum length. */
export const SECTIONS = ['init', 'pod', 'proxy', 'redirect'] as const;

/** The other settings that a policy reads. */
export const SINGLE = [
  'allowedOverrides',
  'annotateOutcome',
  'excludedNamespaces',
  'foreignProxies',
  'ineligiblePods',
  'selection',
] as const;

/** A setting that is too long for an expression. */
export class LongSettingError extends Error {
  constructor(setting: string, length: number) {
    super(`${setting}: expected at most ${MAX_CODE_POINTS} characters as a CEL literal, got ${length}`);
  }
}

/**
 * The variable `config`, with those that it is made of. All that depends on the configuration is in it: the effective
 * settings, and in `identity` what is written to the Pod about them.
 */
export function configVariables(settings: Settings, identity: Identity): readonly Variable[] {
  const sections = SECTIONS.map((name) => ({ name: `${name}Config`, expression: literal(settings[name]) }));
  const members = [
    ...SINGLE.map((name) => [name, `dyn(${literal(settings[name])})`] as const),
    ...SECTIONS.map((name) => [name, `dyn(variables.${name}Config)`] as const),
    ['identity', `dyn(${literal(identity)})`] as const,
  ];
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  const variables = [...sections, { name: 'config', expression: map(sorted) }];
  for (const { name, expression } of variables) {
    const { length } = [...expression];
    if (length > MAX_CODE_POINTS) throw new LongSettingError(name.replace('Config', ''), length);
  }
  return variables;
}

/** What an expression of the configuration consists of besides punctuation that JSON has, too. */
const TOKEN = /"(?:[^"\\]|\\.)*"|dyn\(|\)|variables\.(\w+)/g;

/** What {@link configVariables}, or the chart, wrote into a policy. Undefined if the variables are others. */
export function configIn(variables: readonly Variable[]): JsonObject | undefined {
  const textOf = (wanted: string, inner: (name: string) => string) =>
    jsonText(variables.find(({ name }) => name === wanted)?.expression ?? 'null', inner);
  try {
    return asObject(JSON.parse(textOf('config', (section) => textOf(section, () => 'null'))));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The literal without `dyn`, and with values for the names of other variables. */
function jsonText(expression: string, inner: (variable: string) => string): string {
  return expression.replace(TOKEN, (token, variable?: string) => {
    if (token.startsWith('"')) return token;
    return variable === undefined ? '' : inner(variable);
  });
}
