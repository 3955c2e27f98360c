/** A paragraph in lines of at most 120 characters. */
export function wrapped(text: string): string {
  return text.replace(/(.{1,120})(?: |$)/g, '$1\n').trimEnd();
}
