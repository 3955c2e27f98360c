import { choice, type ValueType } from './value-type.js';

const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$`,
);

/** A container image reference, in the grammar of github.com/distribution/reference. */
export const IMAGE: ValueType<string> = {
  expected: 'an image reference, such as registry.example.com/proxy:1.2',
  parse: (text) => (text.length <= 512 && REFERENCE.test(text) ? text : undefined),
  schema: { pattern: REFERENCE.source, maxLength: 512 },
};

/** `imagePullPolicy` of a core/v1 Container. */
export const PULL_POLICY = choice(['Always', 'IfNotPresent', 'Never']);
export type PullPolicy = NonNullable<ReturnType<typeof PULL_POLICY.parse>>;
