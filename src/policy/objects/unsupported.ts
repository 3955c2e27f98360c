import type { Settings } from '../../core/settings/settings.js';
import { NO_NODE_MODE } from '../unsupported-overrides.js';

/** The settings that policies are made from, and those of the service that would be lost. */
export interface PolicyConfiguration extends Pick<Settings, 'proxy' | 'redirect'> {
  readonly events: string;
}

/** A value of a setting that admission policies cannot express. */
interface Unsupported {
  readonly setting: string;
  readonly value: string;
  readonly expected: string;
  readonly given: (configuration: PolicyConfiguration) => string;
}

/** The values without an equivalent. The Helm chart rejects the same; a test compares the two. */
export const UNSUPPORTED: readonly Unsupported[] = [
  {
    setting: 'proxy.podResources',
    value: 'grow',
    expected: 'omit or refuse (an admission policy cannot add up quantities)',
    given: ({ proxy }) => proxy.podResources,
  },
  {
    setting: 'redirect.by',
    value: 'node',
    expected: NO_NODE_MODE,
    given: ({ redirect }) => redirect.by,
  },
  {
    setting: 'events',
    value: 'enabled',
    expected: 'disabled (an admission policy cannot write Events)',
    given: ({ events }) => events,
  },
];

/** What is wrong with a configuration that is to become admission policies: one text for each setting. */
export function unsupportedSettings(configuration: PolicyConfiguration): string[] {
  return UNSUPPORTED.filter(({ value, given }) => given(configuration) === value).map(
    ({ setting, value, expected }) => `${setting}: expected ${expected}, got ${JSON.stringify(value)}`,
  );
}
