import { Argument } from 'commander';
import { CliCommand } from '../command.js';
import { completionsOf } from '../completion/completions.js';
import { formatCompletions } from '../completion/format.js';
import { completionScript, SHELLS } from '../completion/scripts.js';
import { ExitCode } from '../exit-code.js';
import type { Run } from '../run.js';

/** The `completion` command. */
export function completionCommand(run: Run): CliCommand {
  return new CliCommand('completion')
    .summary('Print the completion script for a shell.')
    .description(
      'Prints a script that makes bash, zsh, or fish complete commands, options, their values, and file names. ' +
        'proxy-injector must be on your PATH. For fish, save the script as ' +
        '~/.config/fish/completions/proxy-injector.fish.',
    )
    .addArgument(new Argument('<SHELL>', 'One of bash, zsh, and fish.').choices(SHELLS))
    .example('Enable completion in bash', "echo 'source <(proxy-injector completion bash)' >>~/.bashrc")
    .example(
      'Enable completion in zsh, after compinit',
      "echo 'source <(proxy-injector completion zsh)' >>~/.zshrc",
    )
    .action(
      run(async () => (io, shell: (typeof SHELLS)[number]) => {
        io.stdout.write(completionScript(shell));
        return ExitCode.success;
      }),
    );
}

/** The hidden command that prints completions for the scripts, and for kubectl, which completes its plugins. */
export function completeCommand(run: Run): CliCommand {
  const command = new CliCommand('__complete').argument('[WORD...]').helpOption(false).allowUnknownOption();
  command.passThroughOptions();
  return command.action(
    run(async () => (io, words: readonly string[]) => {
      io.stdout.write(formatCompletions(completionsOf(command.parent ?? command, words)));
      return ExitCode.success;
    }),
  );
}
