/** Programmable completion of bash 4 and later (Bash Reference Manual, section 8.6). */
import type { CommandDescription } from './command-tree.js';
import { completionNodes, functionName, type CompletionNode } from './completion-nodes.js';

/** Where nothing fits, bash completes names of files, as its own default does. */
export function bashCompletion(program: CommandDescription): string {
  const name = program.path[0] ?? '';
  const nodes = completionNodes(program);
  const places = nodes.filter(({ place }) => place !== '').map(({ place }) => `"${place}"`);
  return `# bash completion of ${name}: eval "$(${name} completion bash)"
${functionName(program)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place \${COMP_WORDS[i]}" in
      ${places.join(' | ')}) place="$place \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$place" in
${nodes.map(branch).join('\n')}
  esac
}
complete -o default -F ${functionName(program)} ${name}
`;
}

/** Options are offered once a dash is typed, as they would bury the commands. */
function branch({ place, commands, options }: CompletionNode): string {
  const words = (list: readonly { readonly word: string }[]): string =>
    list.map(({ word }) => word).join(' ');
  return `    "${place}")
      if [[ "$current" == -* ]]; then
        COMPREPLY=($(compgen -W "${words(options)}" -- "$current"))
      else
        COMPREPLY=($(compgen -W "${words(commands)}" -- "$current"))
      fi
      ;;`;
}
