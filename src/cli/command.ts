import { Command } from 'commander';

/** A command line that the help shows, that the docs show, and that the tests run. */
export interface Example {
  readonly line: string;
  /** What it is for, as a comment. */
  readonly purpose: string;
}

/** A command with examples in its help. */
export class CliCommand extends Command {
  readonly examples: Example[] = [];

  constructor(name?: string) {
    super(name);
    this.helpOption('-h, --help', 'Show this help.');
    this.exitOverride();
    this.showHelpAfterError('--help tells more.');
    this.addHelpText('after', () => this.#examplesText());
  }

  /** Adds an example; `line` is what is typed into a shell. */
  example(purpose: string, line: string): this {
    this.examples.push({ purpose, line });
    return this;
  }

  #examplesText(): string {
    if (this.examples.length === 0) return '';
    const style = this.createHelp();
    const lines = this.examples.map(({ purpose, line }) => `  # ${purpose}\n  ${line}`);
    return `\n${style.styleTitle('Examples:')}\n${lines.join('\n\n')}`;
  }
}
