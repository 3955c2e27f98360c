/** Joins files into one stream of YAML documents. Returns a single file byte for byte. */
export function joinDocuments(texts: readonly string[]): string {
  return texts.reduce((before, text) => {
    if (before.trim() === '') return before + text;
    const next = text.replace(/^\uFEFF/, '');
    const ended = before.endsWith('\n') ? before : `${before}\n`;
    return /^(?:---|%)/.test(next) ? ended + next : `${ended}---\n${next}`;
  }, '');
}
