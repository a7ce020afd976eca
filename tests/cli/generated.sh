#!/bin/bash
# Goal: man page and completions that are made from the tables work with the real tools.
. "$(dirname "$0")/lib.sh"

run "$drover" man
claim "man exits 0" "$status" -eq 0
cp "$box/out" "$box/drover.1"
if command -v mandoc >/dev/null; then
    lint=$(mandoc -T lint "$box/drover.1" 2>&1 | grep -v 'outdated mandoc.db')
    claim "mandoc has nothing to say about the man page" "$lint" = ""
    page=$(mandoc -T ascii "$box/drover.1" | sed 's/.\x08//g')
    for word in $("$drover" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
        claim_has "the man page has 'drover $word'" "$page" "drover $word"
    done
    claim_has "the man page has exit codes" "$page" "EXIT STATUS"
else
    echo "skip mandoc has nothing to say about the man page: mandoc is not installed"
fi

run "$drover" completion tcsh
claim "an unknown shell exits 2" $status -eq 2
"$drover" completion bash >"$box/drover.bash"
complete_line() { # what bash offers for a line
    bash -c '
        source "$1"; COMP_LINE=$2 COMP_POINT=${#2}
        read -ra COMP_WORDS <<<"$2"; [[ $2 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _drover 2>/dev/null; echo "${COMPREPLY[*]}"' - "$box/drover.bash" "$1"
}
claim "bash completes a command" "$(complete_line "drover vers")" = version
claim "bash completes a subcommand" "$(complete_line "drover config app")" = approve
claim "bash completes an option" "$(complete_line "drover config --show")" = --show-origin
claim "bash completes an option behind an operand" "$(complete_line "drover help x --asc")" = --ascii
claim "bash completes a choice" "$(complete_line "drover help --color=al")" = always
if command -v shellcheck >/dev/null; then
    run shellcheck -s bash "$box/drover.bash"
    claim "shellcheck likes the bash completion" "$out" = ""
fi
for shell in zsh fish; do
    "$drover" completion $shell >"$box/drover.$shell"
    claim "there is a completion for $shell" -s "$box/drover.$shell"
    if command -v $shell >/dev/null; then
        run $shell -n "$box/drover.$shell"
        claim "$shell parses its completion" "$status$err" = 0
    fi
done
claims_end
