/** Completion of fish 3 (fish documentation, "complete"). */
import type { CommandDescription } from './command-tree.js';
import {
  completionNodes,
  functionName,
  type CompletionNode,
  type Suggestion,
} from './completion-nodes.js';

export function fishCompletion(program: CommandDescription): string {
  const name = program.path[0] ?? '';
  const nodes = completionNodes(program);
  const places = nodes.filter(({ place }) => place !== '').map(({ place }) => `"${place}"`);
  const at = `_${functionName(program)}_at`;
  return `# fish completion of ${name}: ${name} completion fish > ~/.config/fish/completions/${name}.fish
function ${at}
  set -l place ""
  for word in (commandline -opc)[2..-1]
    switch "$place $word"
      case ${places.join(' ')}
        set place "$place $word"
    end
  end
  test "$place" = "$argv[1]"
end
${nodes.flatMap((node) => linesOf(name, at, node)).join('\n')}
`;
}

function linesOf(program: string, at: string, node: CompletionNode): readonly string[] {
  const condition = `complete -c ${program} -n '${at} "${node.place}"'`;
  return [
    ...node.commands.map(
      ({ word, description }) => `${condition} -f -a ${word} -d ${quoted({ word, description })}`,
    ),
    ...node.options.map(
      ({ word, description }) =>
        `${condition} -l ${word.slice(2)} -d ${quoted({ word, description })}`,
    ),
  ];
}

/** In single quotes fish reads only backslash and the quote itself. */
function quoted({ description }: Suggestion): string {
  const text = description.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `'${text.replaceAll(/\s+/g, ' ')}'`;
}
