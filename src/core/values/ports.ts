import { MAX_PARTS, parseList, type ValueType } from './value-type.js';

/** Ports from `first` to `last`, both included; 1 to 65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** `80,443,8000-8100` as ranges in the order given; an empty text is no port. */
export const PORTS: ValueType<readonly PortRange[]> = {
  expected: `at most ${MAX_PARTS} ports from 1 to 65535 and ascending ranges, such as 80,443,8000-8100`,
  parse: (text) => parseList(text, parseRange),
};

/** `80`, or `8000-8100` with `-` as the separator. */
export function portRangeText({ first, last }: PortRange, separator: string): string {
  return first === last ? String(first) : `${first}${separator}${last}`;
}

/** Whether a port is in one of the ranges. */
export function coversPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => first <= port && port <= last);
}

/** Whether a port is listed by itself, not just inside a range. */
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
