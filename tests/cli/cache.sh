#!/bin/bash
# The cache's format is chosen per run, part of its record, and kept when it is resumed.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
printf 'test:\n\t@sleep 1; echo "ok src/$(M).c"\n' >Makefile
commit slow
run "$drover" run --cache q9 "Fix module beju."
claim "an unknown format is refused before anything starts" "$status" = 2
claim_has "the formats are named" "$err" "f16|q8"

"$drover" run --seed 5 --agent fixer --cache q8 "Fix module beju." >/dev/null 2>"$box/q8" &
pid=$!
for _ in $(seq 200); do
    "$drover" log 1 2>/dev/null | grep -q ' turn ' && break
    sleep 0.1
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
recorded=$(python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT arithmetic FROM run').fetchone()[0])" \
    "$DROVER_HOME/state/runs/1/run.db")
claim "a model that can have it needs no word" -z "$(grep -F 'kept as f16' "$box/q8")"
claim_has "the format is in the run's record" "$recorded" " q8 "
claim_has "and so is how far declared prefixes are expanded" "$recorded" " expanded "
run "$drover" resume 1
claim "a run with q8 is resumed without saying q8 again" "$status" = 0
claim_has "and ends as any other" "$("$drover" show 1)" "success"

run "$drover" run --seed 5 --agent fixer "Fix module beju."
recorded=$(python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT arithmetic FROM run').fetchone()[0])" \
    "$DROVER_HOME/state/runs/2/run.db")
claim_has "f16 is the default" "$recorded" " f16 "

run "$drover" run --model "$root/tests/fuzz/corpus/gguf/llama" "Fix module beju."
claim "a model that has no calls is refused" "$status" = 4
claim_has "the reason is said" "$err" "has no tool calls"
claim "before anything is copied" -z "$(grep -F ' files (' <<<"$err")"
claims_end
