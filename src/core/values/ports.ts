import { listSchema, MAX_PARTS, parseList, type ValueType } from './value-type.js';

/** Ports from `first` to `last`, inclusive; 1 to 65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** `80,443,8000-8100` as ranges, in the order given. An empty text is an empty list. */
export const PORTS: ValueType<readonly PortRange[]> = {
  expected: `at most ${MAX_PARTS} ports (1 to 65535) or ascending ranges, such as 80,443,8000-8100`,
  parse: (text) => parseList(text, parseRange),
  schema: { ...listSchema('\\d{1,5}(?:-\\d{1,5})?'), minimum: 1, maximum: 65535 },
};

/** A range as text: `80`, or `8000-8100` with the separator `-`. */
export function portRangeText({ first, last }: PortRange, separator: string): string {
  return first === last ? String(first) : `${first}${separator}${last}`;
}

/** Whether one of the ranges includes a port. */
export function coversPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

/** Whether a port is listed on its own, not just as part of a range. */
export function listsPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first === port && last === port);
}

function parseRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && first <= last && last <= 65535 ? { first, last } : undefined;
}
