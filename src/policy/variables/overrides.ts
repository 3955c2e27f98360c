import { overrideKey, TOGGLE } from '../../core/pod/annotations.js';
import {
  atLeastRequest,
  atMostLimit,
  holdExpected,
  NO_VALUE,
  OVERRIDES,
  type Override,
  redirectByExpected,
  resourceOverride,
} from '../../core/settings/overrides.js';
import { otherPortsThanOwn } from '../../core/settings/proxy-ports.js';
import { SWITCH } from '../../core/settings/settings.js';
import { emptyUnless, joined, parts, quoted } from '../cel/expressions.js';
import { map, optionalMap, text } from '../cel/literal.js';
import { sentence } from '../cel/sentence.js';
import type { Variable } from '../program.js';
import { UNSUPPORTED_OVERRIDES } from '../unsupported-overrides.js';
import { validity } from './validity.js';

const HAS_GIVEN = 'variables.given.size() > 0';

/** The annotations that override settings, without the toggle. */
const REPLACING = OVERRIDES.filter(({ name }) => name !== '');

/** The resources of the containers that overrides replace. */
export const AMOUNTS = (['proxy', 'init'] as const).flatMap((container) =>
  (['cpu', 'memory'] as const).flatMap((resource) =>
    (['request', 'limit'] as const).map((amount) => ({
      container,
      resource,
      amount,
      name: resourceOverride(container, resource, amount),
    })),
  ),
);

/** The text of an override that applies, as an optional. */
export function appliedOverride(name: string): string {
  return `variables.applied[?${text(overrideKey(name))}]`;
}

/**
 * - `given`: the text of each override, by its key. The Pod's annotation wins over the one of the namespace.
 * - `rejected`: the key of each one that is invalid or not allowed, and what is expected
 * - `applied`: the others, which replace a setting
 * - `mode`: of the proxy
 * - `redirectBy`: who applies the redirect
 * - `skipInboundPorts`: ranges, as lists of one or two numbers
 * - `amounts`: the requests and limits for CPU and memory of the proxy and the init container, by the names of their
 *   overrides
 * - `violations`: in the words of the webhook
 */
export const OVERRIDE_VARIABLES: readonly Variable[] = [
  { name: 'given', expression: given() },
  { name: 'rejected', expression: emptyUnless(HAS_GIVEN, joined('+', OVERRIDES.map(rejection))) },
  { name: 'applied', expression: applied() },
  { name: 'mode', expression: `string(${appliedOverride('mode')}.orValue(variables.config.proxy.mode))` },
  {
    name: 'redirectBy',
    expression: `string(${appliedOverride('redirect-by')}.orValue(variables.config.redirect.by))`,
  },
  { name: 'skipInboundPorts', expression: portRanges('skip-inbound-ports', 'redirect.skipInboundPorts') },
  { name: 'amounts', expression: amounts() },
  { name: 'holdsApplication', expression: holdsApplication() },
  { name: 'excesses', expression: joined('+', excesses()) },
  { name: 'violations', expression: violations() },
];

/** The ranges of an override or setting with ports. */
export function portRanges(override: string, setting: string): string {
  const value = `string(${appliedOverride(override)}.orValue(variables.config.${setting}))`;
  return `${parts(value)}.map(p, p.split("-").map(n, int(n)))`;
}

function given(): string {
  const hasKeys = ['podAnnotations', 'namespaceAnnotations']
    .map((map) => `variables.${map}.exists(k, k.startsWith(${text(TOGGLE)}))`)
    .join(' || ');
  return emptyUnless(hasKeys, optionalMap(OVERRIDES.map(({ key }) => [key, givenText(key)])), '{}');
}

function applied(): string {
  return emptyUnless(HAS_GIVEN, optionalMap(REPLACING.map(({ key }) => [key, unlessRejected(key)])), '{}');
}

function amounts(): string {
  const configured = ['proxy', 'init'].map(
    (each) => `variables.config.${each}.container.?resources.hasValue()`,
  );
  const any = ['variables.applied.size() > 0', ...configured].join(' || ');
  return emptyUnless(any, optionalMap(AMOUNTS.map((each) => [each.name, amountOf(each)])), '{}');
}

function givenText(key: string): string {
  return `variables.podAnnotations[?${text(key)}].or(variables.namespaceAnnotations[?${text(key)}]).optMap(a, string(a))`;
}

function rejection({ name, key, expected, type }: Override): string {
  const given = `variables.given[${text(key)}]`;
  const valid = validity(type, given);
  if (valid === undefined) throw new Error(`no expression for the values of ${key}`);
  const supported = UNSUPPORTED_OVERRIDES.filter((unsupported) => unsupported.name === name).map(
    (unsupported) =>
      `variables.isPolicyMode && ${given} == ${text(unsupported.value)} ? ` +
      `[${violation(key, text(unsupported.expected))}] : `,
  );
  const checked = `${supported.join('')}${valid} ? [] : [${violation(key, text(expected))}]`;
  const allowed =
    name === ''
      ? checked
      : `!(${text(name)} in variables.config.allowedOverrides) ? [${violation(key, text(NO_VALUE))}] : ${checked}`;
  return `(!(${text(key)} in variables.given) ? [] : ${allowed})`;
}

function violation(key: string, expected: string): string {
  return map([
    ['key', text(key)],
    ['expected', expected],
  ]);
}

function unlessRejected(key: string): string {
  return `variables.rejected.exists(r, r.key == ${text(key)}) ? optional.none() : variables.given[?${text(key)}]`;
}

function amountOf({ container, resource, amount, name }: (typeof AMOUNTS)[number]): string {
  const configured = `variables.config.${container}.container.?resources.?${amount}s.?${resource}`;
  return `${appliedOverride(name)}.or(${configured}).optMap(a, string(a))`;
}

function holdsApplication(): string {
  return `string(${appliedOverride('hold-application')}.orValue(variables.config.proxy.holdApplication)) == "enabled"`;
}

/** What is wrong with overrides that are valid by themselves, in the order of the core. */
function excesses(): string[] {
  const resources = (['proxy', 'init'] as const).flatMap((container) =>
    (['cpu', 'memory'] as const).map((resource) => resourceExcess(container, resource)),
  );
  return [...resources, ownPorts(), hold(), redirectBy()];
}

function resourceExcess(container: 'proxy' | 'init', resource: string): string {
  const [request, limit] = [
    resourceOverride(container, resource, 'request'),
    resourceOverride(container, resource, 'limit'),
  ];
  const amount = (name: string) => `variables.amounts[${text(name)}]`;
  const has = [request, limit].map((name) => `${text(name)} in variables.amounts`).join(' && ');
  const exceeds = `${has} && quantity(${amount(request)}).isGreaterThan(quantity(${amount(limit)}))`;
  const key = (name: string) => text(overrideKey(name));
  const tooMuch = violation(overrideKey(request), sentence(atMostLimit, amount(limit)));
  const tooLittle = violation(overrideKey(limit), sentence(atLeastRequest, amount(request)));
  return (
    `(!(${exceeds}) ? [] : ${key(request)} in variables.given ? [${tooMuch}] : ` +
    `${key(limit)} in variables.given ? [${tooLittle}] : [])`
  );
}

function ownPorts(): string {
  const key = overrideKey('skip-inbound-ports');
  const own = 'variables.config.proxy.tcpPort, variables.config.proxy.udpPort';
  const named = `[${own}].exists(o, variables.skipInboundPorts.exists(r, r.all(n, n == o)))`;
  const expected = sentence(
    (tcpPort = '', udpPort = '') => otherPortsThanOwn({ tcpPort, udpPort }),
    'variables.config.proxy.tcpPort',
    'variables.config.proxy.udpPort',
  );
  return `(${text(key)} in variables.given && ${named} ? [${violation(key, expected)}] : [])`;
}

function hold(): string {
  const command =
    'variables.config.proxy.container.?lifecycle.?postStart.?exec.?command.orValue([]).size() > 0';
  const canHold = `variables.mode == "native" || !variables.holdsApplication || ${command}`;
  return againstMode(canHold, 'hold-application', holdExpected);
}

function redirectBy(): string {
  const isServed = 'variables.redirectBy == "pod" || variables.mode == "native"';
  return againstMode(isServed, 'redirect-by', redirectByExpected);
}

/** The override that contradicts the mode, unless a condition holds. */
function againstMode(condition: string, name: string, expected: (key: string) => string): string {
  const choices = [overrideKey(name), overrideKey('mode')].map(
    (key) => `${text(key)} in variables.given ? [${violation(key, text(expected(key)))}] : `,
  );
  return `(${condition} ? [] : ${choices.join('')}[])`;
}

function violations(): string {
  const label = `variables.podLabels[?${text(TOGGLE)}].orValue("enabled")`;
  const ofLabel = violationText(text('pod'), text('label'), text(TOGGLE), text(SWITCH.expected), label);
  const source = '(v.key in variables.podAnnotations ? "pod" : "namespace")';
  const ofAnnotation = violationText(
    source,
    text('annotation'),
    'v.key',
    'v.expected',
    'variables.given[v.key]',
  );
  const all = '(variables.rejected + (variables.applied.size() > 0 ? variables.excesses : []))';
  return `(${validity(SWITCH, label)} ? [] : [${ofLabel}]) + ${all}.map(v, ${ofAnnotation})`;
}

/** The same as `overrideViolationText`. A test compares them. */
function violationText(source: string, what: string, key: string, expected: string, given: string): string {
  return `${source} + " " + ${what} + " " + ${key} + ": expected " + ${expected} + ", got " + ${quoted(given)}`;
}
