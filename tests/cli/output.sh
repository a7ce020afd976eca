#!/bin/bash
# What programs read of a run: with json and stream-json stdout has JSON lines and nothing else, each
# with a type of a fixed list, the last one the result with what was used; a closed pipe ends
# quietly and loses nothing. Method: the shipped model on one module, python3 as the reader.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
head -c 200000 /dev/zero | tr '\0' x >long
commit long
# check FILE WANTED: python code that prints ok or what is wrong about the list `e` of lines
check() {
    python3 - "$1" "$2" <<'P'
import json, sys
try:
    e = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
    print("ok" if eval("(" + sys.argv[2] + ")") else "not: " + sys.argv[2])
except Exception as why:
    print(repr(why))
P
}
types='{"run_started", "run_resumed", "run_stopped", "run_done", "agent_started", "agent_ended",
        "turn", "call", "change_accepted", "result"}'
usage='all(isinstance(e[-1]["usage"][k], int) and e[-1]["usage"][k] > 0 for k in
       ("input_tokens", "computed_tokens", "output_tokens"))'

run "$drover" run --seed 1 --agent fixer --output-format stream-json "Fix module beju."
cp "$box/out" "$box/stream"
claim "stream-json exits as text does" "$status" = 0
claim "every line of stream-json is an object with a type of the list" \
    "$(check "$box/stream" "all(line['type'] in $types for line in e)")" = ok
claim "every line names its run" "$(check "$box/stream" "all(line['run'] == '1' for line in e)")" = ok
claim "the first line says that the run started" \
    "$(check "$box/stream" "e[0]['type'] == 'run_started'")" = ok
claim "the last line alone is the result" \
    "$(check "$box/stream" "[line['type'] for line in e].index('result') == len(e) - 1")" = ok
claim "the result says how it ended" \
    "$(check "$box/stream" "e[-1]['subtype'] == 'success' and e[-1]['is_error'] is False")" = ok
claim "the result has what was used" "$(check "$box/stream" "$usage")" = ok
claim "the turns add up to what the result says was written" "$(check "$box/stream" \
    "sum(line['tokens'] for line in e if line['type'] == 'turn') == e[-1]['usage']['output_tokens']")" = ok
claim "calls have name, arguments and result" "$(check "$box/stream" \
    "[(c['name'], c['arguments']['command'], c['result']) for c in e if c['type'] == 'call'][0]
     == ('Bash', 'make -s test M=beju', 'ok src/beju.c')")" = ok
claim "the conversation stays on stderr" "$(grep -c '^{' "$box/err")" = 0

run "$drover" run --seed 1 --agent fixer --output-format json "Fix module beju."
claim "json exits as text does" "$status" = 0
claim "json is one line, the result" \
    "$(check "$box/out" "len(e) == 1 and e[0]['type'] == 'result'")" = ok
claim "json has what was used" "$(check "$box/out" "$usage")" = ok
same() { sed -E 's/"(run|duration_ms)":("[0-9]+"|[0-9]+)//g' "$1" | tail -n 1; }
claim "json is the last line of stream-json" "$(same "$box/out")" = "$(same "$box/stream")"
for option in --verbose --quiet --color=always; do
    run "$drover" run "$option" --seed 1 --agent fixer --output-format json "Fix module beju."
    claim "$option puts nothing between the JSON" "$(check "$box/out" "len(e) == 1")" = ok
done
run "$drover" run --quiet --seed 1 --agent fixer --output-format json "Fix module beju."
claim "--quiet keeps stderr empty" "$err" = ""
run "$drover" run --agent nobody --output-format json "Fix module beju."
claim "what was not started has no result" "$status$out" = 2

# ---- an end that is none ----
printf 'test:\n\t@sleep 2; echo "ok src/$(M).c"\n' >Makefile
commit slow
run "$drover" run --seed 2 --agent fixer --output-format json "Fix module beju."
tree=$(sed -nE 's/.*"tree":"([0-9a-f]+)".*/\1/p' <<<"$out")
"$drover" run --seed 2 --agent fixer --output-format stream-json "Fix module beju." \
    >"$box/stopped" 2>"$box/err" &
pid=$!
for _ in $(seq 200); do
    grep -q '"type":"turn"' "$box/stopped" && break
    sleep 0.1
done
claim "a line is there as soon as its step is durable" "$(grep -c '"type":"turn"' "$box/stopped")" -ge 1
kill -INT "$pid"
wait "$pid"
claim "a stopped run exits 130" $? = 130
claim "a stopped run has a result, too" "$(check "$box/stopped" \
    "e[-1]['type'] == 'result' and e[-1]['subtype'] == 'stopped' and e[-1]['is_error']")" = ok
run "$drover" resume --output-format stream-json
claim "resume has the same formats" "$(check "$box/out" \
    "e[0]['type'] == 'run_resumed' and e[-1]['subtype'] == 'success'")" = ok
claim "its result is that of a run that was left alone" "$(check "$box/out" "e[-1]['tree'] == '$tree'")" = ok

# ---- a reader that goes away ----
"$drover" run --seed 2 --agent fixer --output-format stream-json "Fix module beju." 2>"$box/err" |
    head -n 1 >"$box/out"
ended=("${PIPESTATUS[@]}")
claim "a closed pipe ends a run with 0" "${ended[0]}" = 0
claim "a closed pipe is no error" "$(grep -cE 'error|warning|roken' "$box/err")" = 0
run "$drover" resume --output-format json
claim "a run whose reader went away goes on" "$status" = 0
claim "and ends as if it had not" "$(check "$box/out" "e[-1]['tree'] == '$tree'")" = ok
for command in "ls --json" "show" "show --json" "log" "log --json" "diff" "config" "agent schema" "doctor"; do
    # shellcheck disable=SC2086
    "$drover" $command 2>"$box/err" | true
    claim "'$command' into a closed pipe ends with 0" "${PIPESTATUS[0]}" = 0
done
for command in "ls --json" "log --json" "show --json"; do
    # shellcheck disable=SC2086
    run "$drover" $command
    claim "'$command' prints JSON lines" "$(check "$box/out" "len(e) > 0")" = ok
done
claims_end
