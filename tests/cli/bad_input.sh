#!/bin/bash
# What cannot work is said with the place, the reason and a remedy, and its exit code; nothing is
# left behind. Method: every refusal that a user can type, against the real binary.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run "$drover" rnu
claim "an unknown command exits 2" "$status" = 2
claim_has "an unknown command gets its neighbour" "$err" "did you mean 'run'?"
run "$drover" run goal
claim "outside git exits 2" "$status" = 2
claim_has "outside git is said with a remedy" "$err" "hint: git init"
repository
run "$drover" run
claim "no goal exits 2" "$status" = 2
run "$drover" run ""
claim "an empty goal exits 2" "$status" = 2
run "$drover" run --agent nobody goal
claim "an unknown agent exits 2" "$status" = 2
claim_has "an unknown agent is named" "$err" "no agent 'nobody'"
claim "a refusal prints nothing on stdout" "$out" = ""
for option in "--seed=x" "--budget=never" "--budget=0" "--max-tokens=0" "--max-tokens=-3" "--output-format=xml" "--nonsense"; do
    run "$drover" run "$option" goal
    claim "run $option exits 2" "$status" = 2
done

run "$drover" run --kv-memory 1 goal
claim "memory that is not enough exits 4" "$status" = 4
claim_has "memory that is not enough has a hint" "$err" "hint: this model needs"
run "$drover" run --agents '{' goal
claim "half of --agents exits 2" "$status" = 2
claim_has "half of --agents has its place and a hint" "$err" "--agents:1:2: "
run timeout 60 "$drover" run --threads 100000 --agent fixer "Fix module beju."
claim "more threads than cores do no harm" "$status" = 0
(ulimit -f 8 && run "$drover" run goal && echo "$status $err") >"$box/small"
claim_has "a limit on file sizes exits 4" "$(cat "$box/small")" "4 "
claim_has "a limit on file sizes is said" "$(cat "$box/small")" "File too large"
run "$drover" show
claim_has "what did not begin is not the newest run" "$out" "run 1 "
rm -rf "$DROVER_HOME/state"

# ---- places ----
run env DROVER_HOME="$PWD/home" "$drover" run goal
claim "a state directory inside of the repository exits 2" "$status" = 2
claim_has "a state directory inside of the repository is named" "$err" "'$PWD/home/state/runs'"
rm -rf home
place=$(mktemp -d /var/tmp/drover-cli.XXXXXX)
git clone -q . "$place"
(cd "$place" && run "$drover" run goal && echo "$status $err") >"$box/place"
rm -rf "$place"
claim_has "a repository where cells have their own exits 2" "$(cat "$box/place")" "2 "
claim_has "it says what to do" "$(cat "$box/place")" "hint: move or clone the repository"

# ---- definitions ----
refused() { # NAME JSON PLACE PART
    printf '%s' "$2" >.drover/agents/bad.json
    run "$drover" agent check
    claim "$1 exits 2" "$status" = 2
    claim_has "$1 is placed" "$err$out" "bad.json:$3"
    claim_has "$1 is named" "$err$out" "$4"
    claim_has "$1 has a hint" "$err$out" "hint:"
    run "$drover" run goal
    claim "$1 refuses a run" "$status" = 2
}
head='{"name": "bad", "description": "d", "prompt": "p"'
refused "an unknown tool" "$head,
 \"tools\": [\"Bash\", \"Reed\"]}" "2:" Reed
refused "a wrong type" "$head, \"maxTurns\": \"ten\"}" "1:" maxTurns
refused "a zero budget" "$head,
 \"budget\": {\"tokens\": 0}}" "2:" tokens
refused "an unknown key" "$head, \"promt\": \"x\"}" "1:" promt
refused "an output schema of an unknown type" "$head,
 \"output\": {\"type\": \"banana\"}}" "2:" "'result' has an unknown type"
refused "an output schema that cannot be held to" "$head,
 \"output\": {\"type\": \"string\", \"pattern\": \"a\"}}" "2:" pattern
refused "half a file" "$head" "1:" ""
refused "a duplicate key" "$head, \"name\": \"bad\"}" "1:" name
refused "an unknown sub-agent" "$head, \"tools\": [\"Agent\"], \"subagents\": [\"noone\"]}" "" noone
refused "a cycle of sub-agents" "$head, \"tools\": [\"Agent\"], \"subagents\": [\"bad\"]}" "" bad
rm .drover/agents/bad.json

# ---- models ----
run env -u DROVER_MODEL "$drover" run --agent fixer "Fix module beju."
claim "without a model the shipped one runs" "$status" = 0
claim "it says so in one line" "$(grep -c '^no model given: using the shipped drover-mini ' "$box/err")" = 1
rm -rf "$DROVER_HOME/state"
mkdir -p "$box/elsewhere/bin" && cp "$drover" "$box/elsewhere/bin/drover"
run env -u DROVER_MODEL "$box/elsewhere/bin/drover" run goal
claim "without the shipped model, too, exits 4" "$status" = 4
claim_has "it says how to name one" "$err" "hint: name a model: drover run --model FILE.gguf"
model_refused() { # NAME FILE PART
    run "$drover" run --model "$2" goal
    claim "$1 exits 4" "$status" = 4
    claim_has "$1 is said" "$err" "$3"
    claim_has "$1 has a hint" "$err" "hint:"
}
model_refused "a missing model" ./none.gguf none.gguf
echo "not a model at all, by any means" >text.gguf
model_refused "a file that is no GGUF" ./text.gguf GGUF
: >empty.gguf
run "$drover" run --model ./empty.gguf goal
claim "an empty model exits 4" "$status" = 4
for share in 1 2 5 9; do
    head -c $(($(stat -c %s "$model") * share / 10)) "$model" >cut.gguf
    run "$drover" run --model ./cut.gguf goal
    claim "a model cut at $share tenths exits 4" "$status" = 4
done
sed 's/deepseek2/deepseek9/g' "$model" >other.gguf
model_refused "an unsupported architecture" ./other.gguf deepseek9
claim_has "what is supported is listed" "$err" qwen3moe
rm -f ./*.gguf

# ---- runs ----
for verb in resume show diff apply log stop; do
    run "$drover" "$verb" 99
    claim "$verb of no run exits 2" "$status" = 2
    claim_has "$verb of no run names it" "$err" "99"
done
run "$drover" ls
claim "refused runs leave nothing behind" "$(find "$DROVER_HOME" -path '*runs/*' 2>/dev/null)" = ""
claims_end
