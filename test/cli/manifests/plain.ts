import { parseDocument } from 'yaml';

/** The content of a document as JSON, with aliases expanded and dates as strings. */
export function plain(text: string): unknown {
  const value: unknown = parseDocument(text, { version: '1.1', merge: true, logLevel: 'silent' }).toJS();
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
