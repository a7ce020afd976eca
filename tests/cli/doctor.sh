#!/bin/bash
# Goal: doctor changes nothing, can be pasted, and turns what is missing into exit 1 and a remedy.
. "$(dirname "$0")/lib.sh"

run "$drover" doctor --json
claim "doctor exits 0 or 1" $status -le 1
python3 - "$box/out" >"$box/checked" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
states = [c["state"] for c in d["checks"]]
print("counts", all(states.count(s) == d[s] for s in ("ok", "note", "warn", "fail")))
print("remedies", all("remedy" in c for c in d["checks"] if c["state"] in ("warn", "fail")))
print("sections", {"machine", "sandbox", "model", "project"} <= {c["section"] for c in d["checks"]})
PY
for what in counts remedies sections; do
    claim "doctor --json has right $what" -n "$(grep "^$what True" "$box/checked")"
done
wanted=$((status > 0))
run "$drover" doctor
claim "text and JSON agree on the exit code" $status -eq $wanted
claim_has "the last line has the totals" "$(tail -n 1 "$box/out")" " fail"
claim "the home directory is not shown" -z "$(grep -F "$HOME/" "$box/out")"
claim "doctor writes no file" -z "$(find "$HOME" "$DROVER_HOME" "$box/work" -mindepth 1 2>/dev/null | grep -v '^'"$box"'/home$')"

run env DROVER_MODEL="$box/no.gguf" "$drover" doctor
claim "a missing model exits 1" $status -eq 1
claim_has "a missing model is named" "$out" "no.gguf"
head -c 100 /dev/urandom >"$box/bad.gguf"
run env DROVER_MODEL="$box/bad.gguf" "$drover" doctor
claim "a broken model exits 1" $status -eq 1
run "$drover" doctor --ascii
claim "--ascii leaves no byte above 127" -z "$(LC_ALL=C grep -P '[\x80-\xff]' "$box/out")"
mkdir -p .drover && echo '{"treads": 1}' >.drover/config.json
run "$drover" doctor
claim_has "a broken configuration is a finding" "$out" "'treads' is not a configuration key"
claims_end
