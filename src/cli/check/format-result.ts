import type { Paint } from '../io.js';
import { plain } from '../output/plain.js';
import type { Problem } from './check.js';
import type { Result } from './run-checks.js';

const MARKS = { ok: '✓', failed: '✗', warning: '!', unknown: '?', skipped: '-' } as const;
const COLORS = { ok: 'green', failed: 'red', warning: 'yellow', unknown: 'yellow', skipped: 'dim' } as const;

/** Formats a result for a terminal: one line, then each problem with its hint, and a link. */
export function formatResult({ status, title, detail, problems, link }: Result, paint: Paint): string {
  const mark = paint(COLORS[status], MARKS[status]);
  const more = detail === undefined ? '' : paint('dim', ` (${plain(detail)})`);
  const lines = problems.flatMap(({ severity, message, hint }) => [
    `    ${paint(COLORS[severity], WORDS[severity])} ${plain(message)}`,
    ...(hint === undefined ? [] : [`      ${plain(hint)}`]),
  ]);
  const page = problems.length === 0 ? [] : [paint('dim', `      ${link}`)];
  return [`${mark} ${title}${more}`, ...lines, ...page, ''].join('\n');
}

const WORDS: { readonly [severity in Problem['severity']]: string } = {
  failed: 'failed:',
  warning: 'warning:',
  unknown: 'not checked:',
};

/** How the checks ended, in one line. */
export function summary(results: readonly Result[]): string {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  const parts = [
    `${count('ok')} ok`,
    ...(['failed', 'warning'] as const).flatMap((status) =>
      count(status) > 0 ? [`${count(status)} ${status === 'failed' ? 'failed' : 'with warnings'}`] : [],
    ),
    ...(count('unknown') > 0 ? [`${count('unknown')} not checked`] : []),
    ...(count('skipped') > 0 ? [`${count('skipped')} skipped, because there is no webhook`] : []),
  ];
  return `${parts.join(', ')}\n`;
}
