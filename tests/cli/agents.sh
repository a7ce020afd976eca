#!/bin/bash
# Every limit ends an agent by its name, with nothing spent beyond it, and the run with exit 1.
# Method: the shipped model in a repository whose tests always fail or pass, definitions with small
# budgets, and the journal read back through show --json.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
printf 'test:\n\t@echo "FAIL src/beju.c: beju(-12) = 1, expected 12"; exit 1\n' >Makefile
commit

definition() { # NAME EXTRA
    printf '{"name": "%s", "description": "d", "prompt": "You fix one C module: test it, read the file, diff it with the file as it should be, edit the lines that differ, test again, finish.", "tools": ["Bash", "Read", "Edit", "Finish"], "sampling": {"temperature": 0.7, "top_p": 0.95}, %s}\n' \
        "$1" "$2" >".drover/agents/$1.json"
}
tells() { # CLAIM REASON AGENT OPTIONS...
    local name=$1 reason=$2 agent=$3
    shift 3
    run "$drover" run --seed 3 --agent "$agent" "$@" --output-format stream-json "Fix module beju."
    claim "$name exits 1" "$status" = 1
    claim_has "$name ends the agent with its reason" \
        "$(grep '"type":"agent_ended"' <<<"$out")" "\"reason\":\"$reason"
}
number() { sed -nE "\$s/.*\"$1\":([0-9]+).*/\1/p" <<<"$out"; }

definition turns '"maxTurns": 2'
tells "max_turns" max_turns turns
claim "max_turns is kept to the turn" "$(number num_turns)" = 2
definition calls '"budget": {"calls": 3}'
tells "a budget of calls" budget calls
claim "a budget of calls is kept to the call" "$(number calls)" = 3
definition tokens '"budget": {"tokens": 300}'
tells "a budget of tokens" budget tokens
spent=$(($(number input_tokens) + $(number output_tokens)))
claim "a budget of tokens is not overshot" "$spent" -le 300
definition plain '"maxTurns": 400'
tells "--max-tokens" budget plain --max-tokens 300
spent=$(($(number input_tokens) + $(number output_tokens)))
claim "--max-tokens is not overshot" "$spent" -le 300
printf 'test:\n\t@sleep 60\n' >Makefile
commit slow
begin=$SECONDS
tells "--budget" budget plain --budget 2s
claim "--budget ends a command that is running" $((SECONDS - begin)) -lt 30
claims_end
