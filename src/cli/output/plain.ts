/** Text from a cluster, in one line and without control characters: anyone who creates Pods may have written it. */
export function plain(text: string): string {
  return withoutControls(text.replace(/\s+/g, ' ')).trim();
}

/** Removes the control characters that a terminal would act on, except line feeds and tabs. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}
