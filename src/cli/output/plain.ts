/** A text of a cluster in one line, without what a terminal would act on: anyone who creates Pods may have written it. */
export function plain(text: string): string {
  return withoutControls(text.replace(/\s+/g, ' ')).trim();
}

/** A text without the control characters, on which a terminal would act; except line feeds and tabs. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '');
}
