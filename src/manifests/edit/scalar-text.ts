/** A text that every reader of YAML takes for itself without quotes, also one of YAML 1.1. */
const PLAIN = /^[A-Za-z_/][\w./@-]*(?::[\w./@-]+)*$/;
/** Booleans and null, as YAML 1.1 knows them, and what some readers take for a number. */
const WORD = /^(?:y|yes|n|no|on|off|true|false|null|e-?[\d_]+)$/i;
/** A text with double quotes in it that is easier to read between single ones. */
const SINGLE_QUOTABLE = /^(?=.*")[\x20-\x26\x28-\x5b\x5d-\x7e]+$/;
/** What readers take for a line break, drop or refuse, even between quotes. */
const UNSAFE = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A scalar of JSON in a block: quoted only where it has to be. */
export function blockScalarText(value: unknown): string {
  if (typeof value !== 'string') return quotedText(value);
  if (PLAIN.test(value) && !WORD.test(value)) return value;
  return SINGLE_QUOTABLE.test(value) ? `'${value}'` : quotedText(value);
}

/** A scalar of JSON in a flow collection, where old readers do not take a colon for a part of a text. */
export function flowScalarText(value: unknown): string {
  return typeof value === 'string' && value.includes(':') ? quotedText(value) : blockScalarText(value);
}

/** A scalar of JSON as JSON, which YAML is able to read. */
export function quotedText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The header and the lines of a block scalar that holds the text; undefined where quotes are the safer way. */
export function literalLines(value: unknown): { header: string; lines: string[] } | undefined {
  if (typeof value !== 'string' || !value.includes('\n')) return undefined;
  const lines = value.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  const fits = lines.every(
    (line) => line === '' || /^[\x21-\x7e\u00a1-\ud7ff][\x20-\x7e\u00a1-\ud7ff]*$/.test(line),
  );
  if (!fits || lines[0] === '' || lines.at(-1) === '' || UNSAFE.test(value)) return undefined;
  return { header: ended ? '|' : '|-', lines };
}
