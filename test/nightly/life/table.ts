import { table } from '../../../src/config/markdown.js';
import { FACTORS, ROWS, type Row } from './factors.js';

/** The page that shows the table. */
export const PAGE = 'docs/reference/pod-life.md';

/** What a Pod must do in its life, in this order. */
export const STAGES = [
  'becomes ready',
  'serves through the proxy',
  'survives a kill of the proxy',
  'stops in time',
  'never restarts the app',
] as const;

export type Stage = (typeof STAGES)[number];

/** The stages that each row reached. */
export type Results = ReadonlyMap<Row, ReadonlySet<Stage>>;

const MARKERS = ['<!-- life -->\n', '\n<!-- /life -->'] as const;

/** The table of all rows and their stages, as Markdown. */
export function lifeTable(results: Results): string {
  const rows = ROWS.map((row) => {
    const marks = STAGES.map((stage) => (results.get(row)?.has(stage) ? 'yes' : 'no'));
    return [...valuesOf(row), ...marks];
  });
  return table([...Object.keys(FACTORS), ...STAGES], rows);
}

/** The page with another table between its markers. */
export function withTable(page: string, content: string): string {
  const [start, end] = MARKERS.map((marker) => page.indexOf(marker)) as [number, number];
  if (start < 0 || end < start) throw new Error(`expected the lines ${MARKERS.join('...')} in the page`);
  return page.slice(0, start) + MARKERS[0] + content + page.slice(end);
}

/** The values of a row, in the order of the factors. */
export function valuesOf(row: Row): string[] {
  return Object.keys(FACTORS).map((factor) => row[factor as keyof Row]);
}
