const REFERENCE = 'https://github.com/proxy-injector/proxy-injector/blob/main/docs/reference';

/** The section about a reason, for outputs. */
export function reasonLink(reason: string): string {
  return `${REFERENCE}/reasons.md#${reason}`;
}

/** The section about a check of the command line, for outputs. */
export function checkLink(id: string): string {
  return `${REFERENCE}/checks.md#${id}`;
}
