import type { Completions } from './completions.js';

/** The directives of Cobra that are needed: the shell completes names of files, or does not. */
const [FILES, NO_FILES] = [0, 4];

/**
 * The output of `__complete`, in the format of Cobra, so that kubectl can ask a plugin for it: a candidate a line, with
 * its description behind a tab, and then a directive. See pkg.go.dev/github.com/spf13/cobra#ShellCompDirective and
 * kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/#completion.
 */
export function formatCompletions({ candidates, files }: Completions): string {
  const lines = candidates.map(({ value, description }) => `${value}\t${description}\n`);
  return `${lines.join('')}:${files ? FILES : NO_FILES}\n`;
}
