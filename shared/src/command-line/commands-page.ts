/** The commands of a program as a section of `docs/commands.md`. */
import type { CommandDescription } from './command-tree.js';

/** A heading and a table with a row for each command that does something. */
export function commandsSection(program: CommandDescription): string {
  const rows = leavesOf(program).map((command) => [
    code(usageOf(command)),
    cell(command.summary),
    command.options.map(({ flags }) => code(flags)).join(', '),
  ]);
  const shared = program.options.map(({ flags }) => code(flags)).join(', ');
  return [
    `## ${program.path.join(' ')}`,
    '',
    program.summary,
    '',
    ...table([['command', 'what it does', 'options'], ...rows]),
    '',
    `Every command takes ${shared}, \`--help\` too.`,
    '',
  ].join('\n');
}

/** The commands that do something: groups only hold others. */
export function leavesOf(command: CommandDescription): readonly CommandDescription[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function usageOf({ path, arguments: given }: CommandDescription): string {
  const words = given.map(({ name, required, repeatable }) => {
    const term = `${name}${repeatable ? '...' : ''}`;
    return required ? `<${term}>` : `[${term}]`;
  });
  return [...path, ...words].join(' ');
}

/** In the form that Prettier gives a table. */
function table([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[i] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)];
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
}
