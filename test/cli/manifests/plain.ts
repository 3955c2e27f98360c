import { parseDocument } from 'yaml';
import { plain as lenientlyPlain, parse } from '../../../src/manifests/tree/parse.js';

/**
 * The content of a document as JSON, with aliases expanded and dates as strings. kubectl ends the last line, and reads
 * some documents that YAML does not allow.
 */
export function plain(text: string): unknown {
  const document = parseDocument(text.endsWith('\n') ? text : `${text}\n`, {
    version: '1.1',
    merge: true,
    logLevel: 'silent',
  });
  const value: unknown = document.errors.length > 0 ? lenientlyPlain(parse(text).document) : document.toJS();
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
