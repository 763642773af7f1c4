/** Completion of zsh 5 (Zsh manual, chapter 20, "Completion System"). */
import type { CommandDescription } from './command-tree.js';
import {
  completionNodes,
  functionName,
  type CompletionNode,
  type Suggestion,
} from './completion-nodes.js';

export function zshCompletion(program: CommandDescription): string {
  const name = program.path[0] ?? '';
  const nodes = completionNodes(program);
  const places = nodes.filter(({ place }) => place !== '').map(({ place }) => `"${place}"`);
  return `#compdef ${name}
# zsh completion of ${name}: ${name} completion zsh > "\${fpath[1]}/_${name}"
${functionName(program)}() {
  local place="" word
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      ${places.join(' | ')}) place="$place $word" ;;
    esac
  done
  case "$place" in
${nodes.map(branch).join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe 'option' options
  elif (( \${#commands} )); then
    _describe 'command' commands
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_${name}" ]]; then
  ${functionName(program)} "$@"
else
  compdef ${functionName(program)} ${name}
fi
`;
}

function branch({ place, commands, options }: CompletionNode): string {
  return `    "${place}")
      commands=(${commands.map(entry).join(' ')})
      options=(${options.map(entry).join(' ')})
      ;;`;
}

/** A colon ends the word; what stands in single quotes is taken as it is. */
function entry({ word, description }: Suggestion): string {
  return `'${word}:${description.replaceAll("'", `'\\''`).replaceAll(/\s+/g, ' ')}'`;
}
