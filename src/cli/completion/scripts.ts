/** What a shell is told once; from then on it asks `interlock __complete`. */
export const SCRIPTS = {
  bash: String.raw`# bash completion for interlock; source it, or: interlock completion bash > ~/.local/share/bash-completion/completions/interlock
_interlock() {
  local cur="${'${COMP_WORDS[COMP_CWORD]}'}" line
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
      :directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
      *) COMPREPLY+=("${"${line%%$'\\t'*}"}") ;;
    esac
  done < <("${'${COMP_WORDS[0]}'}" __complete "${'${COMP_WORDS[@]:1:COMP_CWORD-1}'}" "$cur" 2>/dev/null)
}
complete -F _interlock interlock
`,
  zsh: String.raw`#compdef interlock
# zsh completion for interlock; in a directory of $fpath, named _interlock
_interlock() {
  local -a lines offers
  local line
  lines=("${'${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}'}")
  for line in $lines; do
    case "$line" in
      :files) _files; return ;;
      :directories) _files -/; return ;;
      *) offers+=("${"${${line%%$'\\t'*}//:/\\\\:}"}:${"${line#*$'\\t'}"}") ;;
    esac
  done
  _describe 'interlock' offers
}
if [ "$funcstack[1]" = "_interlock" ]; then _interlock "$@"; else compdef _interlock interlock; fi
`,
  fish: String.raw`# fish completion for interlock: ~/.config/fish/completions/interlock.fish
function __interlock_offers
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c interlock -f -a '(__interlock_offers)'
`,
} as const;
