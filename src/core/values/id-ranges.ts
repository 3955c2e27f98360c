import { parseList, type ValueType } from './value-type.js';

/** The largest user or group ID that Kubernetes accepts: k8s.io/apimachinery, pkg/util/validation, IsValidUserID. */
export const MAX_ID = 2 ** 31 - 1;

/** User or group IDs from `first` to `last`, inclusive. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A range of at least two IDs, as OpenShift writes them on namespaces: `1000650000/10000` (the first ID and how many),
 * or `1000650000-1000659999`. Source: github.com/openshift/library-go, pkg/security/uid/uid.go, ParseBlock.
 */
export const ID_RANGE: ValueType<IdRange> = {
  expected: `a range of two or more IDs up to ${MAX_ID}, as START/LENGTH or START-END`,
  parse: parseRange,
};

/** One or more such ranges, separated by commas. */
export const ID_RANGES: ValueType<readonly [IdRange, ...IdRange[]]> = {
  expected: `${ID_RANGE.expected}, or several with commas between them`,
  parse: (text) => {
    const [first, ...others] = parseList(text, parseRange) ?? [];
    return first && [first, ...others];
  },
};

function parseRange(text: string): IdRange | undefined {
  const [, start, separator, end] = /^(\d{1,10})([/-])(\d{1,10})$/.exec(text) ?? [];
  if (start === undefined || end === undefined) return undefined;
  const first = Number(start);
  const last = separator === '/' ? first + Number(end) - 1 : Number(end);
  return first < last && last <= MAX_ID ? { first, last } : undefined;
}
