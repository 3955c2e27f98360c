/** The shells that {@link completionScript} knows. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** The script that makes a shell complete `proxy-injector`. It asks the program itself, as `format.ts` describes. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: { readonly [shell in Shell]: string } = {
  bash: `# Completion of proxy-injector for bash 4.4 and later.
_proxy_injector() {
  local lines directive
  mapfile -t lines < <(proxy-injector __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [[ \${lines[-1]-} == :* ]] || return
  directive=\${lines[-1]#:}
  unset 'lines[-1]'
  COMPREPLY=("\${lines[@]%%$'\\t'*}")
  if ((directive == 0)); then compopt -o default; fi
}
complete -F _proxy_injector proxy-injector
`,
  zsh: `#compdef proxy-injector
# Completion of proxy-injector for zsh.
_proxy_injector() {
  local -a lines candidates
  local directive line
  lines=("\${(@f)$(proxy-injector __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  [[ \${lines[-1]} == :* ]] || return
  directive=\${lines[-1]#:}
  for line in "\${(@)lines[1,-2]}"; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\:}:\${line#*$'\\t'}")
  done
  compset -P '--*='
  if ((directive == 0)); then _files; fi
  if ((\${#candidates})); then _describe proxy-injector candidates; fi
}
if [[ \${funcstack[1]} == _proxy_injector ]]; then
  _proxy_injector "$@"
else
  compdef _proxy_injector proxy-injector
fi
`,
  fish: `# Completion of proxy-injector for fish.
function __proxy_injector
    set --local word (commandline --current-token)
    set --local before (commandline --tokenize --cut-at-cursor --current-process)
    set --local lines (proxy-injector __complete $before[2..] "$word" 2>/dev/null)
    string match --quiet ':*' -- $lines[-1]; or return
    set --local option (string match --regex '^--[^=]+=' -- "$word")
    string join \\n -- "$option"$lines[1..-2]
    if test $lines[-1] = :0
        __fish_complete_path "$word"
    end
end
complete --command proxy-injector --no-files --arguments '(__proxy_injector)'
`,
};
