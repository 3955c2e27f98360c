import { parseDocument } from 'yaml';

/** What a document says as JSON, in which aliases share nothing and dates are texts. */
export function plain(text: string): unknown {
  const value: unknown = parseDocument(text, { version: '1.1', merge: true, logLevel: 'silent' }).toJS();
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
