import { type Node, parseDocument } from 'yaml';
import { readEnvironment } from '../../../config/sources/environment.js';
import { MAX_FILE_BYTES } from '../../../config/sources/file.js';
import type { PulledConfiguration } from './pulled-configuration.js';

/**
 * A pulled configuration as one file: the text of the ConfigMap as it is, or, if the container has variables that
 * override it, with their values and names in it.
 */
export function pulledText({ file, environment }: PulledConfiguration): string {
  const { values } = readEnvironment(environment);
  const text = file?.text ?? '{}\n';
  if (values.length === 0) return text.endsWith('\n') ? text : `${text}\n`;
  const document = parseDocument(text);
  for (const { path, variable, value } of values) {
    const node: Node = document.createNode(value);
    node.comment = ` ${variable}`;
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0 });
}

/** Why `--config` does not accept a text as a file; undefined if it does. */
export function sizeProblem(text: string): string | undefined {
  if (Buffer.byteLength(text) <= MAX_FILE_BYTES) return undefined;
  return `a file for --config may have at most ${MAX_FILE_BYTES / 1024} KiB, but this has more: use --from-cluster`;
}
