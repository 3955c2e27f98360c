import type { ObjectEvent } from '../cluster/live/events.js';
import type { Paint } from '../io.js';
import { alignColumns } from '../output/columns.js';
import { plain } from '../output/plain.js';
import { type LocatedFact, summarized } from './located-fact.js';
import type { WorkloadExplanation } from './workload-explanation.js';

const COLORS = { injected: 'green', skipped: 'yellow', denied: 'red' } as const;

/** Formats an explanation as text for a terminal. */
export function formatExplanation(explanation: WorkloadExplanation, paint: Paint): string {
  const { warnings, adds, replaces, redirects, values, pods = [], events = [] } = explanation;
  const parts = [
    section(
      'Its Pods:',
      pods.map((text) => [text]),
      paint,
    ),
    section(
      'Events, the last at the end:',
      events.map((event) => eventRow(event, paint)),
      paint,
    ),
    section(webhookTitle(explanation), webhookRows(explanation, paint), paint),
    section('What the guard does if the injector is not asked:', guardRows(explanation, paint), paint),
    section('Rules evaluated, in order; the first that holds decides:', ruleRows(explanation, paint), paint),
    section(
      'Added to the Pod:',
      adds.map(({ kind, name, detail }) => [kind, name, detail ?? '']),
      paint,
    ),
    section(
      'Replaced in the Pod:',
      replaces.map(({ path, before, after }) => [path, String(before), `-> ${after}`]),
      paint,
    ),
    section(
      'Redirect:',
      redirects.map(({ traffic, text }) => [traffic, text]),
      paint,
    ),
    section('Settings and where they come from:', values.map(valueRow), paint),
  ];
  const notes = warnings.map((text) => warningLine(text, paint));
  return [...head(explanation, paint), ...links(explanation), ...notes, ...parts.flat(), ''].join('\n');
}

/** What happened to a Pod of a cluster; whether the webhook is called, if that is known not to be; and the decision. */
function head(explanation: WorkloadExplanation, paint: Paint): string[] {
  const { object, namespace, outcome, reason, message, recorded, webhook } = explanation;
  const subject = `${paint('bold', object)} in namespace ${namespace}`;
  const decision = `${paint(COLORS[outcome], outcome)}. ${message}`;
  const [verb, sentence] = webhook?.isPolicy ? NOT_EVALUATED : NOT_CALLED;
  const answers =
    webhook?.called === false
      ? [
          `${paint('yellow', verb)}. ${sentence}${reason === 'already-injected' ? '.' : WITHOUT_PROXY}`,
          `If it were${verb.slice('not'.length)}: ${decision}`,
        ]
      : [decision];
  if (recorded === undefined) return [`${subject}: ${answers[0]}`, ...answers.slice(1)];
  const noted = recorded.status === 'injected' ? recorded.warnings : [];
  return [
    `${subject} ${recordText(recorded, webhook?.isPolicy === true, paint)}`,
    ...noted.map((text) => warningLine(text, paint)),
    `A new Pod like it: ${answers[0]}`,
    ...answers.slice(1),
  ];
}

/** The documentation of why a Pod has, or would get, no proxy. */
function links({ outcome, link, recorded }: WorkloadExplanation): string[] {
  const before = recorded?.status === 'skipped' ? recorded.link : undefined;
  const found = [before, outcome === 'injected' ? undefined : link].filter((each) => each !== undefined);
  return [...new Set(found)].map((each) => `See ${each}`);
}

const NOT_CALLED = ['not called', 'The API server does not call the webhook for this Pod'] as const;
const NOT_EVALUATED = ['not evaluated', 'The API server does not evaluate the policy for this Pod'] as const;
const WITHOUT_PROXY = ': it starts without a proxy.';

function warningLine(text: string, paint: Paint): string {
  return `${paint('yellow', 'warning')} ${text}`;
}

function recordText(
  recorded: NonNullable<WorkloadExplanation['recorded']>,
  isPolicy: boolean,
  paint: Paint,
): string {
  if (recorded.status === 'none' && isPolicy) {
    return `has no record of the injector: most likely, the policy ${paint('yellow', 'was not evaluated')} for it.`;
  }
  if (recorded.status === 'none') {
    const notCalled = paint('yellow', 'was not called');
    return `has no record of the injector: most likely, the webhook ${notCalled} for it or did not answer.`;
  }
  if (recorded.status === 'skipped')
    return `was ${paint('yellow', 'skipped')}: ${plain(recorded.reason ?? 'no reason')}.`;
  const { version = 'unknown', isCurrent, configHash = 'unknown' } = recorded;
  const configuration = isCurrent ? 'this configuration' : `another configuration (hash ${configHash})`;
  return `was ${paint('green', 'injected')} by version ${version} with ${configuration}.`;
}

function eventRow({ time, type, reason, object, count, message }: ObjectEvent, paint: Paint): string[] {
  const times = count > 1 ? ` (${count} times)` : '';
  return [time, type === 'Warning' ? paint('yellow', reason) : reason, object, message + times];
}

function section(title: string, rows: readonly (readonly string[])[], paint: Paint): string[] {
  if (rows.length === 0) return [];
  return [
    '',
    `  ${paint('underline', title)}`,
    ...alignColumns(rows).map((cells) => `    ${cells.join('  ')}`.trimEnd()),
  ];
}

function webhookTitle({ webhook }: WorkloadExplanation): string {
  if (webhook?.isPolicy) return 'Whether the API server evaluates the policy, by its bindings:';
  const source = webhook?.webhooks ? 'its configuration' : "the chart's selectors";
  return `Whether the API server calls the webhook, by ${source}:`;
}

function webhookRows({ webhook }: WorkloadExplanation, paint: Paint): string[][] {
  if (webhook === undefined) return [];
  const { called, facts, webhooks } = webhook;
  if (webhooks !== undefined) {
    return webhooks.flatMap(({ name, called: isCalled, decidedBy, given, origin }) => [
      [answerText(isCalled, paint), name, decidedBy + paint('dim', ` (${origin})`)],
      ['', '', given],
    ]);
  }
  const answer = answerText(called, paint);
  return facts.map((fact, index) => [index > 0 ? '' : answer, locatedText(fact, paint)]);
}

/** Nothing for a Pod that the injector is not for. */
function guardRows({ guard, webhook, namespace }: WorkloadExplanation, paint: Paint): string[][] {
  if (guard === undefined || (guard.action === 'off' && webhook?.called === false)) return [];
  const { action, binding } = guard;
  const origin =
    binding === undefined ? `namespace/${namespace}` : `validatingadmissionpolicybinding/${binding}`;
  return [[paint('bold', action ?? 'unknown'), GUARDED[action ?? 'unknown'] + paint('dim', ` (${origin})`)]];
}

const GUARDED = {
  deny: 'the Pod is denied',
  warn: 'the Pod starts without a proxy, and its creator is warned',
  audit: 'the Pod starts without a proxy, which the audit log records',
  off: 'the Pod starts without a proxy',
  unknown: 'it depends on labels of the namespace that cannot be read',
} as const;

function answerText(called: boolean | undefined, paint: Paint): string {
  return called === undefined ? 'unknown' : paint('bold', called ? 'yes' : 'no');
}

function ruleRows({ rules }: WorkloadExplanation, paint: Paint): string[][] {
  return rules.flatMap(({ reason, holds, facts }) =>
    summarized(facts).map((fact, index) => {
      const rule =
        index > 0 ? ['', ''] : holds ? [paint('bold', 'yes'), paint('bold', reason)] : ['no', reason];
      return [...rule, locatedText(fact, paint)];
    }),
  );
}

function locatedText(fact: LocatedFact, paint: Paint): string {
  return factText(fact) + (fact.origin ? paint('dim', ` (${fact.origin})`) : '');
}

function factText({ what, path, value, origin }: LocatedFact): string {
  if (path === '') return what;
  if (value !== undefined) return `${what} is ${truncated(JSON.stringify(value))}`;
  return `${what} is ${origin === undefined ? 'not set' : 'unknown'}`;
}

function valueRow({ setting, source, value, origin }: WorkloadExplanation['values'][number]): string[] {
  const from = source === 'settings' ? origin : `${source} annotation, ${origin}`;
  return [setting, truncated(String(value ?? '')) || 'not set', from ?? 'default'];
}

/** Cuts a value so that its line fits on a terminal. */
function truncated(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
