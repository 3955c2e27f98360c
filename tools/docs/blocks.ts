import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../src/cli/program.js';
import { loadConfiguration } from '../../src/config/load.js';
import { code, table } from '../../src/config/markdown.js';
import { configurationTable } from '../../src/config/reference.js';
import { snapshotOf } from '../../src/config/snapshot.js';
import { REASONS } from '../../src/core/decision/reasons.js';
import { RULES } from '../../src/core/decision/rules.js';
import { restoreText } from '../../src/core/redirect/iptables.js';
import { redirectRules } from '../../src/core/redirect/redirect.js';
import { OVERRIDES } from '../../src/core/settings/overrides.js';
import { resolveDefaults } from '../../src/core/settings/resolved-settings.js';
import { MetricsService } from '../../src/observability/metrics/metrics.service.js';
import { decodeReview, encodeReview } from '../../src/review/review.js';
import { SELECTIONS } from '../../test/chart/selection.js';
import { readAlerts } from '../../test/monitoring/alerts.js';
import { recordedReview } from '../../test/support/reviews.js';
import { ROOT } from '../checkout.js';
import { commandReference } from './command-reference.js';
import { explanation } from './explanation.js';

const { injector } = snapshotOf(loadConfiguration({}), undefined);
/** The pages that hold generated blocks. */
export const PAGES = [
  'README.md',
  'docs/reference/cli.md',
  'docs/guides/install.md',
  'docs/guides/monitoring.md',
  'docs/guides/redirect.md',
].map((page) => join(ROOT, page));

/** What stands between `<!-- name -->` and `<!-- /name -->`, made from the code. */
const BLOCKS: { readonly [name: string]: () => string | Promise<string> } = {
  configuration: configurationTable,
  annotations: annotationTable,
  reasons: reasonTable,
  metrics: metricTable,
  commands: () => commandReference(createProgram(() => async () => {})),
  explanation,
  answer,
  refusal,
  rules,
  selection: selectionTable,
  alerts,
};

/** A page with its generated blocks made anew; throws if it names a block that there is not. */
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
  return table(['annotation', 'takes', 'overrides', 'what it does'], rows);
}

function reasonTable(): string {
  const answers = {
    admit: 'let in unchanged',
    ineligible: 'as `ineligiblePods` says',
    deny: 'refused',
  };
  const rows = RULES.map(({ reason, answer }) => [code(reason), answers[answer], REASONS[reason]]);
  return table(
    ['reason', 'the Pod is', 'in a sentence'],
    [...rows, [code('injected'), 'injected', REASONS.injected]],
  );
}

function selectionTable(): string {
  const answers = { namespaces: 'yes', pods: 'yes', neither: 'no' };
  const rows = SELECTIONS.map(({ namespace, pod, reaches }) => [namespace, pod, answers[reaches]]);
  return table(['label `proxy-injection` of the namespace', 'the Pod', 'reaches the webhook'], rows);
}

async function metricTable(): Promise<string> {
  const metrics = new MetricsService();
  const ours = metrics.registry.getMetricsAsArray().filter(({ name }) => name.startsWith('proxy_injector_'));
  const rows = ours.map((metric) => {
    const { name, help, type, labelNames } = metric as unknown as {
      name: string;
      help: string;
      type: string;
      labelNames: string[];
    };
    return [code(name), type, labelNames.map(code).join(', '), help];
  });
  return table(['metric', 'type', 'labels', 'what it counts'], rows);
}

/** What the first `curl` of the README prints: the patch, decoded. */
function answer(): string {
  const { decision } = decided('pod-by-replicaset');
  if (decision.outcome !== 'injected') throw new Error('the first example of the README is injected');
  return json(injector.patch(decision));
}

/** What the second one prints. */
function refusal(): string {
  const { uid, decision } = decided('pod-opted-out');
  return json(JSON.parse(encodeReview(uid, decision)).response);
}

/** The rules of one family that a Pod without any settings gets. */
function rules(): string {
  const { redirect } = resolveDefaults(injector.settings);
  return `\`\`\`\n${restoreText(redirectRules(redirect, 'ipv4'))}\`\`\``;
}

/** The alerting rules of the chart. */
function alerts(): string {
  const rows = readAlerts().map(({ alert, labels, annotations, for: duration }) => [
    code(alert),
    labels.severity,
    duration,
    annotations.summary ?? '',
  ]);
  return table(['alert', 'severity', 'after', 'what it says'], rows);
}

function decided(review: string) {
  const { uid, object, facts } = decodeReview(Buffer.from(recordedReview(review)));
  return { uid, decision: injector.decide(object, facts, { annotations: {} }) };
}

function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
