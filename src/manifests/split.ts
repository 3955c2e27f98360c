/** The part of a file that holds one document, with its separator and the comments before it. */
export interface DocumentText {
  readonly text: string;
  /** The number of lines before it in the file. */
  readonly linesBefore: number;
}

/**
 * Splits a stream into documents before parsing, so that a broken document does not affect the others. A line that
 * starts with `---` or `...` ends a document anywhere: yaml.org/spec/1.2.2/#document-markers. The parts joined are the
 * whole text.
 */
export function splitDocuments(text: string): DocumentText[] {
  const parts: DocumentText[] = [];
  let part = '';
  let linesBefore = 0;
  let lines = 0;
  const close = () => {
    if (part !== '') parts.push(...splitJson(part, linesBefore));
    part = '';
    linesBefore = lines;
  };
  for (const [line] of text.matchAll(/.*?(?:\r?\n|$)/gs)) {
    if (/^\uFEFF?---(?:\s|$)/.test(line) && !PREFIX_ONLY.test(part)) close();
    part += line;
    if (line.endsWith('\n')) lines += 1;
    if (/^\.\.\.(?:\s|$)/.test(line)) close();
  }
  close();
  return parts;
}

/** Only directives, comments, and empty lines: they belong to the document whose `---` follows. */
const PREFIX_ONLY = /^\uFEFF?(?:[ \t]*(?:[#%][^\n]*)?\r?\n)*$/;

/** The tokens of JSON, one directly after the other. */
const JSON_TOKENS = /\s+|[{}[\],:]|"(?:[^"\\]|\\.)*"|(?:true|false|null|-?\d[\d.eE+-]*)(?![^\s\],}])/gsy;

/**
 * Splits consecutive JSON objects without separators, as `jq` prints them. Stops at the first text that is not JSON: in
 * a YAML flow map, quotes and braces can be part of a scalar (`{a: '"', b: "}{"}`).
 */
function splitJson(text: string, linesBefore: number): DocumentText[] {
  if (!/^\s*\{/.test(text)) return [{ text, linesBefore }];
  const parts: DocumentText[] = [];
  let depth = 0;
  let start = 0;
  let lines = linesBefore;
  const close = (end: number) => {
    const part = text.slice(start, end);
    parts.push({ text: part, linesBefore: lines });
    lines += part.split('\n').length - 1;
    start = end;
  };
  for (const { 0: token, index } of text.matchAll(JSON_TOKENS)) {
    if (token === '{' && depth === 0 && index > 0 && /[}]\s*$/.test(text.slice(start, index))) {
      close(index);
    }
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
  }
  close(text.length);
  return parts;
}
