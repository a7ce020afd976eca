#!/bin/bash
# Goal: the first minute of STYLE: first screen, help, version, misspelt words, exit codes, streams.
# Method: the real binary in an empty home.
. "$(dirname "$0")/lib.sh"

run "$drover"
claim "without arguments it exits 0" $status -eq 0
claim "without arguments it says nothing on stderr" -z "$err"
claim_has "the first screen says what it is" "$out" "drover — run teams of coding agents"
claim_has "the first screen shows how to start" "$out" "drover doctor && drover run"
claim "the first screen has at most 12 lines" "$(wc -l <"$box/out")" -le 12
claim "and at most 80 columns" -z "$(LC_ALL=C.UTF-8 grep -E '.{81}' "$box/out")"
mapfile -t shown < <(sed -nE 's/^  drover ([a-z]+) .*/\1/p' "$box/out")
for word in "${shown[@]}"; do
    run "$drover" help "$word"
    claim "the first screen's '$word' is a command" $status -eq 0
done

run "$drover" --ascii
claim "--ascii leaves no byte above 127" -z "$(LC_ALL=C grep -P '[\x80-\xff]' "$box/out")"

run "$drover" --version
claim "--version is one line on stdout" "$(wc -l <"$box/out")" -eq 1
claim "--version names version and commit" -n "$(grep -E '^drover [0-9]+\.[0-9]+\.[0-9]+ \(git [0-9a-z]+\)$' "$box/out")"
run "$drover" version --json
claim "version --json is JSON with its libraries" "$(python3 -c '
import json; d = json.load(open("'"$box"'/out")); print("sqlite" in d["libraries"] and d["version"] != "")')" = True

run "$drover" rnu
claim "a misspelt command exits 2" $status -eq 2
claim "a misspelt command keeps stdout empty" -z "$out"
claim "a misspelt command is named and corrected" "$err" = "error: no such command 'rnu'
hint: did you mean 'run'?"
run "$drover" help rnu
claim_has "help of a misspelt command corrects too" "$err" "did you mean"
run "$drover" config exmaple
claim_has "a misspelt subcommand is corrected" "$err" "did you mean 'example'?"
run "$drover" version --jsn
claim_has "a misspelt option is corrected" "$err" "did you mean '--json'?"
claim "a misspelt option exits 2" $status -eq 2
run "$drover" version extra
claim "an argument too many exits 2" $status -eq 2
run "$drover" completion
claim_has "a missing argument is named" "$err" "'drover completion' needs SHELL"
run env DROVER_HINTS=false "$drover" rnu
claim "hints can be silenced" "$err" = "error: no such command 'rnu'"

for word in $("$drover" help | sed -nE 's/^  ([a-z]+)  .*/\1/p'); do
    run "$drover" "$word" --help
    claim "'$word --help' exits 0, shows usage and keeps stderr empty" \
        "$status$(grep -c '^Usage:' "$box/out")$err" = 01
    long=$(wc -l <"$box/out")
    run "$drover" "$word" -h
    claim "'$word -h' is shorter than --help" "$(wc -l <"$box/out")" -lt "$long"
done
run "$drover" help exit-codes
for code in 0 1 2 3 4 70 75 130 143; do
    claim "exit code $code is explained" -n "$(grep -E "^  $code +[a-z]" "$box/out")"
done
run "$drover" help environment
for name in DROVER_HOME DROVER_MODEL NO_COLOR; do
    claim_has "environment variable $name is explained" "$out" "$name"
done

"$drover" --help | true
claim "a closed pipe ends it with 0" "${PIPESTATUS[0]}" -eq 0
"$drover" --help 2>"$box/err" >/dev/full
claim "a full stdout exits 4" $? -eq 4
claim_has "a full stdout is reported" "$(cat "$box/err")" "cannot write to stdout: No space left"
"$drover" version >&- 2>&-
claim "closed standard streams do no harm" $? -le 4

# colour: --color > NO_COLOR > CLICOLOR_FORCE > TERM > terminal
colored() { [[ $(cat "$box/out" "$box/err") == *$'\e['* ]] && echo yes || echo no; }
run "$drover" --color=always help
claim "--color=always in front of the command colours a pipe" "$(colored)" = yes
run "$drover" help --color=always
claim "--color=always behind the command colours a pipe" "$(colored)" = yes
run env NO_COLOR=1 CLICOLOR_FORCE=1 "$drover" help
claim "NO_COLOR wins over CLICOLOR_FORCE" "$(colored)" = no
run env CLICOLOR_FORCE=1 "$drover" help
claim "CLICOLOR_FORCE colours a pipe" "$(colored)" = yes
run env NO_COLOR=1 "$drover" help --color=always
claim "--color=always wins over NO_COLOR" "$(colored)" = yes
run "$drover" help
claim "a pipe is not coloured by itself" "$(colored)" = no
run "$drover" help --color=sometimes
claim_has "a wrong choice lists the right ones" "$err" "is none of auto|always|never"
claim "nothing was written to the home" -z "$(find "$HOME" "$DROVER_HOME" -type f 2>/dev/null)"
claims_end
