/** What can vary, and its values. */
export type Factors = { readonly [factor: string]: readonly string[] };

/** One value of each factor. */
export type RowOf<F extends Factors> = { readonly [factor in keyof F]: F[factor][number] };

/**
 * Few rows that contain every pair of values of two factors that any allowed row contains. Takes the row with the most
 * pairs that are still missing; among equals, the one whose values were taken least often; among equals, the first. So
 * the result is always the same, and uses the values of a factor about equally often. Returns it in the order of the
 * values.
 */
export function coveringPairs<F extends Factors>(
  factors: F,
  isAllowed: (row: RowOf<F>) => boolean,
): RowOf<F>[] {
  const candidates = product(factors).filter((row) => isAllowed(row as RowOf<F>));
  const missing = new Set(candidates.flatMap(pairsIn));
  const taken = new Map<string, number>();
  const chosen = new Set<Row>();
  while (missing.size > 0) {
    const newPairs = (row: Row) => pairsIn(row).filter((pair) => missing.has(pair)).length;
    const uses = (row: Row) => valuesIn(row).reduce((sum, value) => sum + (taken.get(value) ?? 0), 0);
    const most = Math.max(...candidates.map(newPairs));
    const best = candidates.filter((row) => newPairs(row) === most);
    const fewest = Math.min(...best.map(uses));
    const row = best.find((candidate) => uses(candidate) === fewest) as Row;
    for (const pair of pairsIn(row)) missing.delete(pair);
    for (const value of valuesIn(row)) taken.set(value, (taken.get(value) ?? 0) + 1);
    chosen.add(row);
  }
  return candidates.filter((row) => chosen.has(row)) as RowOf<F>[];
}

type Row = { readonly [factor: string]: string };

/** Every row that the values can form. */
function product(factors: Factors): Row[] {
  return Object.entries(factors).reduce<Row[]>(
    (rows, [factor, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [factor]: value }))),
    [{}],
  );
}

function valuesIn(row: Row): string[] {
  return Object.entries(row).map(([factor, value]) => `${factor}: ${value}`);
}

/** Its pairs of values of two factors, each as a text. */
export function pairsIn(row: Row): string[] {
  const values = valuesIn(row);
  return values.flatMap((one, index) => values.slice(index + 1).map((other) => `${one}, ${other}`));
}
