const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?';
const REFERENCE = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,})?$`,
);

/** What {@link isImageReference} accepts, for error messages and docs. */
export const IMAGE_EXPECTED = 'an image reference, such as registry.example.com/proxy:1.2';

/** True for a container image reference; the grammar is that of github.com/distribution/reference. */
export function isImageReference(text: string): boolean {
  return text.length <= 512 && REFERENCE.test(text);
}

/** Container.imagePullPolicy of core/v1. */
export const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];
