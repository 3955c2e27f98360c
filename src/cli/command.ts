import { Command } from 'commander';

/** A command line. Shown in the help and the docs, and run by the tests. */
export interface Example {
  readonly line: string;
  /** What it does; printed as a shell comment above it. */
  readonly purpose: string;
}

/** A command with examples in its help text. */
export class CliCommand extends Command {
  readonly examples: Example[] = [];

  constructor(name?: string) {
    super(name);
    this.helpOption('-h, --help', 'Show this help.');
    this.exitOverride();
    this.showHelpAfterError('Run with --help for usage.');
    this.addHelpText('after', () => this.#examplesText());
  }

  /** Adds an example; `line` is a shell command. */
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
