import type { Alert } from '../../test/monitoring/alerts.js';
import { wrapped } from './wrapped.js';

/** Stands for a space at which a line must not break. */
const UNBROKEN = '\u00a0';

/** A section for each alert, where its `runbook_url` leads. */
export function alertReference(alerts: readonly Alert[]): string {
  return alerts.map(sectionOf).join('\n\n');
}

function sectionOf({ alert, expr, for: duration, labels, annotations }: Alert): string {
  const { summary = '', description = '', runbook = '' } = annotations;
  return [
    `## ${alert}`,
    `**${labels.severity}**, after ${duration}: ${summary}`,
    wrapped(withPlaceholders(description)),
    wrapped(
      `**What to do.** ${runbook.replace(/`[^`]*`/g, (code) => code.replaceAll(' ', UNBROKEN))}`,
    ).replaceAll(UNBROKEN, ' '),
    `\`\`\`promql\n${expr.trimEnd()}\n\`\`\``,
  ].join('\n\n');
}

/** The text of an alert with `NAMESPACE` for the label and `N` for the value. */
function withPlaceholders(text: string): string {
  return text
    .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label) => label.toUpperCase())
    .replace(/\{\{ \$value[^}]*\}\}/g, 'N');
}
