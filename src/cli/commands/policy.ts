import { stringify } from 'yaml';
import type { Injector } from '../../core/injector.js';
import { LongValueError } from '../../policy/literal-variables.js';
import { policyObjects } from '../../policy/objects/policies.js';
import {
  PLUGINS,
  type Plugin,
  type PolicyNames,
  type PolicyObject,
} from '../../policy/objects/policy-object.js';
import { unsupportedSettings } from '../../policy/objects/unsupported.js';
import type { FromClusterOptions } from '../cluster/connection/connection-options.js';
import { ExitCode } from '../exit-code.js';
import { openConfiguration } from '../input/open-configuration.js';
import type { Io } from '../io.js';
import { writeError } from '../output/report.js';
import { writeText } from '../output/write-edited.js';
import { UserError } from '../user-error.js';

/** The options of `policy`. */
export interface PolicyOptions extends FromClusterOptions {
  readonly config?: string;
  readonly name: string;
  readonly static?: true;
  readonly plugin?: Plugin;
  readonly output?: string;
}

/** The first version of Kubernetes with policies that mutate; it decides what `proxy.mode: auto` means. */
const KUBE_VERSION = { major: 1, minor: 36 };

/** Prints the configuration as admission policies. Rejects with a `ConfigurationError` if it is invalid. */
export async function printPolicies(io: Io, options: PolicyOptions): Promise<ExitCode> {
  const { configuration, injector } = await openConfiguration(io, { kubeVersion: KUBE_VERSION, ...options });
  const unsupported = unsupportedSettings(configuration);
  for (const text of unsupported) writeError(io.stderr, text);
  if (unsupported.length > 0) return ExitCode.invalid;
  const names = { name: options.name, isStatic: options.static === true };
  const objects = objectsOf(injector, names).filter(
    ({ kind }) => options.plugin === undefined || kind.startsWith(PLUGINS[options.plugin]),
  );
  const text = objects.map((object) => stringify(object, STYLE)).join('---\n');
  const errors = await writeText(io, options.output, text);
  for (const error of errors) writeError(io.stderr, error);
  return errors.length > 0 ? ExitCode.invalid : ExitCode.success;
}

/** Long expressions stay on their lines. */
const STYLE = { lineWidth: 0, aliasDuplicateObjects: false } as const;

/** A value that is too long for an expression is the user's to shorten. */
function objectsOf({ settings, identity }: Injector, names: PolicyNames): PolicyObject[] {
  try {
    return policyObjects(settings, identity, names);
  } catch (error) {
    throw error instanceof LongValueError ? new UserError(error.message) : error;
  }
}
