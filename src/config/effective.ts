import { Document, isCollection, isScalar } from 'yaml';
import { isObject, valueAt } from '../core/values/json.js';
import { redactEnv } from '../core/values/redaction.js';
import { Configuration } from './schema/configuration.js';
import { settingsOf } from './schema/setting.js';
import { originOf, type Sources } from './sources/sources.js';

/** A configuration as YAML, with the origin of each setting as a comment. Values of containers' `env` are redacted. */
export function effectiveText(configuration: Configuration, sources: Sources): string {
  const document = new Document({});
  for (const { path } of settingsOf(Configuration)) {
    const node = document.createNode(redacted(valueAt(configuration, path)) ?? null);
    const comment = ` ${originOf(path, sources)}`;
    if (isBlock(node)) node.commentBefore = comment;
    else node.comment = comment;
    if (isCollection(node)) node.flow = !isBlock(node);
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0, nullStr: '' });
}

/** Whether a value is printed as a block. Empty collections and lists of scalars are printed on one line. */
function isBlock(node: unknown): boolean {
  return isCollection(node) && node.items.length > 0 && !node.items.every(isScalar);
}

function redacted(value: unknown): unknown {
  return isObject(value) && Array.isArray(value.env) ? { ...value, env: redactEnv(value.env) } : value;
}
