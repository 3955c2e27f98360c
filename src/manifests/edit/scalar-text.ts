import { isScalar, type ParsedNode } from 'yaml';

/** Text that every YAML 1.1 and 1.2 parser reads as the same string without quotes. */
const PLAIN = /^[A-Za-z_/][\w./@-]*(?::[\w./@-]+)*$/;
/** The booleans and null of YAML 1.1, and what some parsers read as a number. */
const WORD = /^(?:y|yes|n|no|on|off|true|false|null|e-?[\d_]+)$/i;
/** Text with double quotes that is easier to read in single quotes. */
const SINGLE_QUOTABLE = /^(?=.*")[\x20-\x26\x28-\x5b\x5d-\x7e]+$/;
/** Characters that parsers treat as a line break, drop, or reject, even in quotes. */
const UNSAFE = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Quantities, such as `1050m`, that every YAML parser reads as a string. */
const PLAIN_QUANTITY = /^[\d.]+[A-Za-z]{1,2}$/;

/** A string in the style of the scalar that it replaces; undefined if it has another type or does not suit it. */
export function textLike(node: ParsedNode, value: unknown): string | undefined {
  if (!isScalar(node) || typeof value !== 'string') return undefined;
  if (node.type === 'QUOTE_DOUBLE') return quotedText(value);
  if (node.type === 'QUOTE_SINGLE' && /^[\w.]*$/.test(value)) return `'${value}'`;
  return node.type === 'PLAIN' && PLAIN_QUANTITY.test(value) ? value : undefined;
}

/** A JSON scalar in a block, quoted only if necessary. */
export function blockScalarText(value: unknown): string {
  if (typeof value !== 'string') return quotedText(value);
  if (PLAIN.test(value) && !WORD.test(value)) return value;
  return SINGLE_QUOTABLE.test(value) ? `'${value}'` : quotedText(value);
}

/** A JSON scalar in a flow collection, quoted also if it contains a colon: old parsers reject it there unquoted. */
export function flowScalarText(value: unknown): string {
  return typeof value === 'string' && value.includes(':') ? quotedText(value) : blockScalarText(value);
}

/** A JSON scalar as JSON that every YAML parser can read. */
export function quotedText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The header and lines of a block scalar with the text; undefined if quotes are safer. */
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
