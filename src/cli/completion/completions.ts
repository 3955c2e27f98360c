import type { Argument, Command, Option } from 'commander';

/** What can stand at the end of a command line. */
export interface Completions {
  readonly candidates: readonly Candidate[];
  /** Names of files can, too. */
  readonly files: boolean;
}

interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * Completes a command line. `words` are those after the name of the program; the last is the one to complete, and may
 * be empty. Behind `--option=`, candidates are values without the option.
 */
export function completionsOf(program: Command, words: readonly string[]): Completions {
  const joined = joinedAtEquals(words);
  const line = read(program, joined.slice(0, -1));
  const word = joined.at(-1) ?? '';
  const [, option, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  const { candidates, files } =
    line.option !== undefined
      ? valuesOf(line.option)
      : option !== undefined && !line.onlyArguments
        ? valuesOf(optionNamed(line.command, option))
        : word.startsWith('-') && !line.onlyArguments
          ? { candidates: optionsOf(line.command), files: false }
          : argumentsAt(line);
  const start = line.option === undefined ? (value ?? word) : word;
  return { candidates: candidates.filter((candidate) => candidate.value.startsWith(start)), files };
}

/** What the words before the last one say about it. */
interface Line {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** The number of arguments so far. */
  readonly position: number;
  /** `--` has ended the options. */
  readonly onlyArguments: boolean;
}

function read(program: Command, words: readonly string[]): Line {
  let [command, position, onlyArguments] = [program, 0, false];
  let option: Option | undefined;
  for (const word of words) {
    if (option !== undefined) option = undefined;
    else if (onlyArguments || !word.startsWith('-') || word === '-') {
      const inner = position === 0 ? command.commands.find((known) => known.name() === word) : undefined;
      if (inner !== undefined) command = inner;
      else if (word !== 'help' || command.commands.length === 0) position += 1;
    } else if (word === '--') onlyArguments = true;
    else {
      const named = optionNamed(command, word);
      option = named?.required ? named : undefined;
    }
  }
  return { command, option, position, onlyArguments };
}

/** bash splits `--option=value` into three words. */
function joinedAtEquals(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    const isValue = words[index - 1] === '=' || (word === '=' && index > 0);
    if (isValue) joined.push(`${joined.pop()}${word}`);
    else joined.push(word);
  }
  return joined;
}

function optionNamed({ options }: Command, word: string): Option | undefined {
  return options.find(({ long, short }) => word === long || word === short);
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []));
}

function argumentsAt({ command, position }: Line): Completions {
  const { registeredArguments: known } = command;
  const argument = known[position] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined);
  const { candidates, files } = valuesOf(argument);
  const commands = position > 0 ? [] : command.createHelp().visibleCommands(command);
  return {
    candidates: [
      ...commands.map((inner) => ({
        value: inner.name(),
        description: inner.summary() || inner.description(),
      })),
      ...candidates,
    ],
    files,
  };
}

function valuesOf(field: Option | Argument | undefined): Completions {
  const values = field?.argChoices ?? [];
  const name = field && ('flags' in field ? field.flags : field.name());
  return {
    candidates: values.map((value) => ({ value, description: '' })),
    files: /\bFILE\b/.test(name ?? ''),
  };
}
