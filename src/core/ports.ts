/** Ports from `first` to `last`, both included; 1 to 65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What {@link parsePorts} takes, for error messages and docs. */
export const PORTS_EXPECTED = 'ports from 1 to 65535 and ascending ranges, such as 80,443,8000-8100';

/** `80,443,8000-8100` as ranges in the order given; an empty text is no port; undefined if any part is not a port or range. */
export function parsePorts(text: string): readonly PortRange[] | undefined {
  if (text.trim() === '') return [];
  const ranges = text.split(',').map((part) => parseRange(part.trim()));
  return ranges.includes(undefined) ? undefined : (ranges as PortRange[]);
}

function parseRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first >= 1 && first <= last && last <= 65535 ? { first, last } : undefined;
}
