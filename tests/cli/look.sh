#!/bin/bash
# What can be seen of a run, while it runs and afterwards: ls, show, log, diff, and what its options
# change: --verbose, --agents, AGENTS.md. Method: the shipped model on one module.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
printf 'test:\n\t@sleep 2; echo more >>Makefile; echo n >new; rm -f old; echo "ok src/$(M).c"\n' >Makefile
echo old >old
commit slow
"$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1 &
pid=$!
for _ in $(seq 200); do
    "$drover" log 2>/dev/null | grep -q ' turn ' && break
    sleep 0.1
done
run "$drover" ls
claim_has "ls shows a run that is running" "$out" "running"
run "$drover" show
claim_has "show has the agent that works" "$(grep fixer <<<"$out")" "running"
"$drover" log -f >"$box/followed" &
follower=$!
wait "$pid"
wait "$follower"
claim "log -f ends with the run" $? = 0
claim "and has seen all of it" "$(cat "$box/followed")" = "$("$drover" log)"
claim_has "log names calls and results" "$(cat "$box/followed")" 'Bash {"command":"make -s test M=beju"} → ok src/beju.c'
run "$drover" ls
claim_has "ls shows whether a run succeeded" "$out" " success "
run "$drover" show
claim_has "show says how it ended" "$out" "run 1  done"
claim_has "show lists the agent with its reason" "$(grep fixer <<<"$out")" "✓ 1 "
run "$drover" show --agent 1
claim_has "show --agent has the calls" "$out" '1.0 Bash {"command":"make -s test M=beju"}'
run "$drover" show --agent 1 --json
claim "show --agent --json has a line a call" "$(grep -c '^{"type":"call"' <<<"$out")" = 2
run "$drover" show --agent 7
claim "an agent that is not there exits 2" "$status" = 2
run "$drover" diff --name-only
claim "diff --name-only has one name a line" "$out" = "Makefile
new
old"
run "$drover" diff --stat
claim_has "diff --stat says what is new and what is gone" "$(tr -s ' ' <<<"$out")" "new (new)"

printf 'test:\n\t@echo "ok src/$(M).c"\n' >Makefile
commit fast
run "$drover" run --verbose --seed 1 --agent fixer "Fix module beju."
claim_has "--verbose shows every call" "$err" "1 Bash {\"command\":\"make -s test M=beju\"} → ok src/beju.c"
run "$drover" run --seed 1 --agents "$(python3 -c '
import json
d = json.load(open(".drover/agents/fixer.json"))
del d["name"]
print(json.dumps({"mine": d}))')" --agent mine "Fix module beju."
claim "an agent given with --agents runs" "$status" = 0
run "$drover" ls -n 1
claim "ls -n 1 shows the newest" "$(tail -n +2 <<<"$out" | cut -d' ' -f1)" = 3

tokens() { sed -nE 's/.*"input_tokens":([0-9]+).*/\1/p' <<<"$out"; }
run "$drover" run --seed 1 --agent fixer --output-format json "Fix module beju."
without=$(tokens)
echo "Always be kind to the code that you find here." >AGENTS.md
run "$drover" run --seed 1 --agent fixer --output-format json "Fix module beju."
claim "AGENTS.md is part of the first agent's prompt" "$(tokens)" -gt $((without + 10))
claims_end
