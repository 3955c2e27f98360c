import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { AgentMetrics } from '../../src/agent/agent-metrics.js';
import type { Check } from '../../src/cli/check/check.js';
import { CHECKS, CHECKS_BEFORE } from '../../src/cli/check/checks.js';
import { createProgram } from '../../src/cli/program.js';
import { loadConfiguration } from '../../src/config/load.js';
import { code, table } from '../../src/config/markdown.js';
import { configurationTable } from '../../src/config/reference.js';
import { snapshotOf } from '../../src/config/snapshot.js';
import { REASONS } from '../../src/core/decision/reasons.js';
import { RULES } from '../../src/core/decision/rules.js';
import { rulesetOf } from '../../src/core/redirect/ruleset.js';
import { OVERRIDES } from '../../src/core/settings/overrides.js';
import { MetricsService } from '../../src/observability/metrics/metrics.service.js';
import { NOT_EXPRESSED } from '../../src/policy/not-expressed.js';
import { decodeReview, encodeReview } from '../../src/review/review.js';
import { type Called, SELECTIONS } from '../../test/chart/selection.js';
import { readAlerts } from '../../test/monitoring/alerts.js';
import { resolved } from '../../test/support/core-cases.js';
import { recordedReview } from '../../test/support/reviews.js';
import { ROOT } from '../checkout.js';
import { alertReference } from './alert-reference.js';
import { commandReference } from './command-reference.js';
import { explanation } from './explanation.js';

const { injector } = snapshotOf(loadConfiguration({}), undefined);

/** The pages with generated blocks. */
export const PAGES = [
  'README.md',
  'docs/guides/monitoring.md',
  'docs/guides/redirect.md',
  'docs/guides/select-pods.md',
  'docs/guides/without-a-cluster.md',
  'docs/reference/alerts.md',
  'docs/reference/annotations.md',
  'docs/reference/checks.md',
  'docs/reference/cli.md',
  'docs/reference/configuration.md',
  'docs/reference/metrics.md',
  'docs/reference/policies.md',
  'docs/reference/reasons.md',
].map((page) => join(ROOT, page));

/** Content between `<!-- name -->` and `<!-- /name -->`, generated from the code. */
const BLOCKS: { readonly [name: string]: () => string | Promise<string> } = {
  configuration: configurationTable,
  annotations: annotationTable,
  reasons: reasonTable,
  metrics: () => metricTable(new MetricsService().registry),
  agentmetrics: () => metricTable(new AgentMetrics().registry),
  notexpressed: () =>
    table(
      ['', 'the policy'],
      NOT_EXPRESSED.map(({ what, why }) => [code(what), why]),
    ),
  checks: () => checkTable(CHECKS),
  checksbefore: () => checkTable(CHECKS_BEFORE),
  commands: () => commandReference(createProgram(() => async () => {})),
  explanation,
  answer,
  denial,
  rules,
  selection: selectionTable,
  alerts,
  runbooks: () => alertReference(readAlerts()),
};

/** A page with its blocks regenerated; throws if it names an unknown block. */
export async function regenerated(page: string): Promise<string> {
  let text = readFileSync(page, 'utf8');
  for (const [, name = ''] of text.matchAll(/^<!-- \/([a-z]+) -->$/gm)) {
    const block = BLOCKS[name];
    if (block === undefined) throw new Error(`${page}: expected one of ${Object.keys(BLOCKS)}, got ${name}`);
    const content = await block();
    text = text.replace(
      new RegExp(`<!-- ${name} -->\n[\\s\\S]*<!-- /${name} -->`),
      () => `<!-- ${name} -->\n${content}\n<!-- /${name} -->`,
    );
  }
  return text;
}

function annotationTable(): string {
  const rows = OVERRIDES.map(({ key, expected, target, help }) => [
    code(key),
    expected,
    target ? code(target) : '',
    help,
  ]);
  return table(['annotation', 'value', 'overrides', 'description'], rows);
}

function reasonTable(): string {
  const answers = {
    admit: 'admitted unchanged',
    ineligible: 'denied or admitted, per `ineligiblePods`',
    deny: 'denied',
  };
  const rows = RULES.map(({ reason, answer, moves, isRecorded }) => [
    link(reason),
    moves
      ? 'admitted with the proxy it has'
      : isRecorded && answer === 'admit'
        ? 'admitted without a proxy'
        : answers[answer],
    REASONS[reason],
  ]);
  return table(
    ['reason', 'the Pod is', 'message'],
    [...rows, [link('injected'), 'injected', REASONS.injected]],
  );
}

function checkTable(checks: readonly Check[]): string {
  return table(
    ['check', 'what holds'],
    checks.map(({ id, title }) => [link(id), `${title}.`]),
  );
}

/** A link to the section of a reason, or of a check. */
function link(heading: string): string {
  return `[${code(heading)}](#${heading})`;
}

function selectionTable(): string {
  const answers = { namespaces: 'yes', pods: 'yes', neither: 'no' };
  const answer = ({ reaches, reachesToBeDenied = reaches }: Called) =>
    reaches === reachesToBeDenied ? answers[reaches] : 'only with `ineligiblePods: deny`';
  const rows = SELECTIONS.map((row) => [row.namespace, row.pod, answer(row), answer(row.optOut ?? row)]);
  return table(['label `proxy-injection` of the namespace', 'Pod', 'with `optIn`', 'with `optOut`'], rows);
}

function metricTable(registry: Registry): string {
  const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith('proxy_injector_'));
  const rows = own.map((metric) => {
    const { name, help, type, labelNames } = metric as unknown as {
      name: string;
      help: string;
      type: string;
      labelNames: string[];
    };
    return [code(name), type, labelNames.map(code).join(', '), help];
  });
  return table(['metric', 'type', 'labels', 'description'], rows);
}

/** Output of the first `curl` of docs/guides/without-a-cluster.md: the decoded patch. */
function answer(): string {
  const { decision } = decided('pod-by-replicaset');
  if (decision.outcome !== 'injected') throw new Error('expected the first example to be injected');
  return json(injector.patch(decision));
}

/** Output of its second `curl`. */
function denial(): string {
  const { uid, decision } = decided('pod-opted-out');
  return json(JSON.parse(encodeReview(uid, decision)).response);
}

/** The redirect of a Pod under the default settings, for nft. */
function rules(): string {
  return `\`\`\`\n${rulesetOf(resolved(injector.settings).redirect).nft}\`\`\``;
}

/** The chart's alerts. */
function alerts(): string {
  const rows = readAlerts().map(({ alert, labels, annotations, for: duration }) => [
    `[${code(alert)}](../reference/alerts.md#${alert.toLowerCase()})`,
    labels.severity,
    duration,
    annotations.summary ?? '',
  ]);
  return table(['alert', 'severity', 'fires after', 'summary'], rows);
}

function decided(review: string) {
  const { uid, object, facts } = decodeReview(Buffer.from(recordedReview(review)));
  return { uid, decision: injector.decide(object, facts, { annotations: {} }) };
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
