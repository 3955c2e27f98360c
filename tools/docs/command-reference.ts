import type { CliCommand } from '../../src/cli/command.js';
import { code, table } from '../../src/config/markdown.js';
import { wrapped } from './wrapped.js';

/** All commands in Markdown. */
export function commandReference(program: CliCommand): string {
  return commandsOf(program).map(sectionOf).join('\n\n');
}

/** Every runnable command that the help shows, with its full name, such as `proxy-injector config check`. */
export function commandsOf(
  command: CliCommand,
  parents: readonly string[] = [],
): { readonly name: string; readonly command: CliCommand }[] {
  const path = [...parents, command.name()];
  const visible = command.createHelp().visibleCommands(command);
  const inner = (command.commands as readonly CliCommand[]).filter((each) => visible.includes(each));
  if (inner.length === 0) return [{ name: path.join(' '), command }];
  return inner.flatMap((each) => commandsOf(each, path));
}

function sectionOf({ name, command }: ReturnType<typeof commandsOf>[number]): string {
  const title = name.replace(/^\S+ /, '');
  const rows = [
    ...command.registeredArguments.map((each) => [code(each.name()), each.description]),
    ...command.options.map(({ flags, description, argChoices, defaultValue, defaultValueDescription }) => [
      code(flags),
      [
        description,
        argChoices && `One of ${argChoices.join(', ')}.`,
        defaultValue && `Default: ${defaultValueDescription ?? defaultValue}.`,
      ]
        .filter(Boolean)
        .join(' '),
    ]),
  ];
  const examples = command.examples.map(({ purpose, line }) => `# ${purpose}\n${line}`).join('\n\n');
  return [
    `### ${title}`,
    wrapped(command.description()),
    ...(rows.length > 0 ? [table(['argument or option', 'description'], rows)] : []),
    `\`\`\`sh\n${examples}\n\`\`\``,
  ].join('\n\n');
}
