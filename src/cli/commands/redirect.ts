import { restoreText } from '../../core/redirect/iptables.js';
import { type Family, familiesOf, redirectRules } from '../../core/redirect/redirect.js';
import { type ResolvedSettings, resolveDefaults } from '../../core/settings/resolved-settings.js';
import { ExitCode, worst } from '../exit-code.js';
import { candidateOf, decideOn } from '../input/candidate.js';
import type { ContextOptions, InputOptions } from '../input/input-options.js';
import { openConfiguration } from '../input/open-configuration.js';
import { openContext } from '../input/open-context.js';
import { documentsOf } from '../input/open-manifests.js';
import type { Io } from '../io.js';
import { writeError, writeErrors } from '../output/report.js';

/** The options of `redirect`. */
export interface RedirectOptions extends InputOptions, ContextOptions {
  readonly family?: Family;
}

/** Prints the redirect rules of each workload, or of the configuration if no input is named. */
export async function redirect(
  io: Io,
  names: readonly string[],
  options: RedirectOptions,
): Promise<ExitCode> {
  if (names.length === 0 && options.filename === undefined) {
    const { settings } = openConfiguration(io, options.config).injector;
    io.stdout.write(rulesText(resolveDefaults(settings), options.family));
    return ExitCode.success;
  }
  const { injector, namespaces, opened } = await openContext(io, names, options);
  const documents = documentsOf(opened);
  const codes = documents.flatMap(({ workloads }) =>
    workloads.map((workload) => {
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
      io.stdout.write(`# ${candidate.label}\n${rulesText(decision.settings, options.family)}`);
      return ExitCode.success;
    }),
  );
  const errors = [...opened.errors, ...documents.flatMap((document) => document.diagnostics.map(String))];
  return worst([...codes, writeErrors(io, errors, codes.length)]);
}

function rulesText({ redirect }: ResolvedSettings, only: Family | undefined): string {
  const families = familiesOf(redirect).filter((family) => only === undefined || family === only);
  return families.map((family) => `# ${family}\n${restoreText(redirectRules(redirect, family))}`).join('');
}
