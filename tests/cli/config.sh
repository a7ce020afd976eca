#!/bin/bash
# Goal: the order flags > environment > project > user > built-in, origins, mistakes with their
# place, and that a project cannot give itself what it must ask for.
. "$(dirname "$0")/lib.sh"

value() { "$drover" config --show-origin 2>/dev/null | awk -v k="$1" '$1 == k {print $2}'; }
origin() { "$drover" config --show-origin 2>/dev/null | sed -nE "s/^$(printf %s "$1" | sed 's/\./\\./') +[^ ]+ +//p"; }
user=$DROVER_HOME/config/config.json
mkdir -p "$(dirname "$user")" .drover

claim "built-in values are named as such" "$(value threads) $(origin threads)" = "0 built-in"
echo '{"threads": 3, "model": "a"}' >"$user"
claim "the user's file wins over built-in" "$(value threads) $(origin threads)" = "3 $user"
echo '{"threads": 5}' >.drover/config.json
claim "the project's file wins over the user's" "$(value threads) $(origin threads)" = "5 ./.drover/config.json"
claim "keys a file does not have stay" "$(value model)" = a
export DROVER_THREADS=7
claim "the environment wins over files" "$(value threads) $(origin threads)" = "7 environment DROVER_THREADS"
export DROVER_THREADS=many
run "$drover" config
claim "a bad variable exits 2" $status -eq 2
claim_has "a bad variable is named" "$err" "environment variable DROVER_THREADS: 'many' is not a number"
unset DROVER_THREADS

run "$drover" config --json
claim "--json is typed" "$(python3 -c 'import json; d=json.load(open("'"$box"'/out")); print(d["threads"], d["hints"], d["sandbox.read"])')" = "5 True []"

printf '{\n  "thread": 4\n}\n' >.drover/config.json
run "$drover" config
claim "an unknown key exits 2" $status -eq 2
claim_has "an unknown key has line and column" "$err" ".drover/config.json:2:13: 'thread' is not a configuration key"
claim_has "an unknown key is corrected" "$err" "did you mean 'threads'?"
printf '{\n  "threads": [4]\n}\n' >.drover/config.json
run "$drover" config
claim_has "a wrong type has its place" "$err" ".drover/config.json:2:14: 'threads' must be a number"
printf '{\n  "threads": 4,\n  "threads": 5\n}\n' >.drover/config.json
run "$drover" config
claim_has "a duplicate key has its place" "$err" ".drover/config.json:3:3: key 'threads' appears twice"
printf '[]' >.drover/config.json
run "$drover" config
claim_has "a configuration is an object" "$err" "a configuration is a JSON object"
run "$drover" help
claim "help works while the configuration does not" $status -eq 0

printf '{"sandbox": {"read": ["/secret"]}, "threads": 2}' >.drover/config.json
run "$drover" config
claim "a project that asks is not an error" $status -eq 0
claim_has "what a project asks for is told" "$err" "the project asks for sandbox.read, which is ignored"
claim "what a project asks for is not granted" "$(value sandbox.read)" = "(not"
claim "its other keys count" "$(value threads)" = 2
run "$drover" config approve
claim "approve exits 0" $status -eq 0
claim "after approval it is granted" "$(value sandbox.read)" = /secret
printf '{"model": "./theirs.gguf", "threads": 2}' >.drover/config.json
run "$drover" config
claim_has "a project cannot choose the model" "$err" "the project asks for model, which is ignored"
claim "the user's model stays" "$(value model)" = a
printf '{"sandbox": {"read": ["/secret", "/etc"]}, "threads": 2}' >.drover/config.json
claim "a changed file needs a new approval" "$(value sandbox.read)" = "(not"
printf '{"sandbox": {"read": ["/opt", "/a b"]}}' >"$user"
claim "the user's own file need not ask" "$(value sandbox.read)" = "/opt:/a"
rm .drover/config.json
run "$drover" config approve
claim "there must be something to approve" $status -eq 2

"$drover" config example >"$user"
run "$drover" config --json
claim "the example is a valid configuration" $status -eq 0
run env DROVER_HOME=relative "$drover" config
claim "a relative DROVER_HOME is refused" $status -eq 2
claims_end
