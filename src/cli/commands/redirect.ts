import { nodeRulesetOf, type RuleTool, rulesetOf } from '../../core/redirect/ruleset.js';
import { resolveProxyUser } from '../../core/settings/proxy-user.js';
import { type ResolvedSettings, resolveDefaults, withUser } from '../../core/settings/resolved-settings.js';
import { ExitCode, worst } from '../exit-code.js';
import { candidateOf, decideOn } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { openConfiguration } from '../input/open-configuration.js';
import { openContext } from '../input/open-context.js';
import { documentsOf } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import { writeError, writeErrors } from '../output/report.js';
import { writeUnedited } from './write-unedited.js';

/** The options of `redirect`. */
export interface RedirectOptions extends InputOptions, ContextOptions {
  readonly format: RuleTool;
}

/** Prints the redirect rules of each workload, or of the configuration if no input is named. */
export async function redirect(
  io: Io,
  names: readonly string[],
  options: RedirectOptions,
): Promise<ExitCode> {
  if (names.length === 0 && options.filename === undefined) {
    const { settings } = (await openConfiguration(io, options)).injector;
    const { user, violations } = resolveProxyUser(settings.proxy, options.namespaceAnnotation ?? {});
    if (user !== undefined) {
      return writeRules(io, withUser(resolveDefaults(settings), user), options.format, 'the configuration');
    }
    for (const violation of violations) writeError(io.stderr, `the configuration: ${violation}`);
    return ExitCode.denied;
  }
  const { injector, namespaces, opened } = await openContext(io, names, options);
  const documents = documentsOf(opened);
  const workloads = documents.flatMap((document) => document.workloads);
  const codes = workloads.map((workload) => {
    const diagnostic = workload.diagnostic();
    if (diagnostic !== undefined) {
      writeError(io.stderr, diagnostic.toString());
      return ExitCode.invalid;
    }
    const candidate = candidateOf(workload, options.namespace);
    const decision = decideOn(candidate, injector, namespaces);
    if (decision.outcome !== 'injected') {
      writeError(io.stderr, `${candidate.label}: ${decision.outcome}: ${decision.message}`);
      return ExitCode.denied;
    }
    // Several rulesets would replace each other. With this line, which is no comment, every tool refuses them.
    if (workloads.length > 1) io.stdout.write(`--- ${candidate.label}\n`);
    return writeRules(io, decision.settings, options.format, candidate.label);
  });
  for (const document of documents) writeUnedited(io, document);
  const unedited = documents.flatMap((document) => document.unedited);
  const errors = [...opened.errors, ...documents.flatMap((document) => document.diagnostics.map(String))];
  return worst([...codes, writeErrors(io, errors, codes.length + unedited.length)]);
}

function writeRules(
  io: Io,
  { redirect, redirectBy }: ResolvedSettings,
  format: RuleTool,
  of: string,
): ExitCode {
  const text = (redirectBy === 'node' ? nodeRulesetOf : rulesetOf)(redirect)[format];
  if (text === undefined) {
    writeError(io.stderr, `${of}: no rules for ${format}: redirect.ipv6 is disabled`);
    return ExitCode.denied;
  }
  io.stdout.write(text);
  return ExitCode.success;
}
