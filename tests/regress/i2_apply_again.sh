#!/bin/bash
# An apply after an apply of the same run, resumed in between, takes what the first one wrote for its
# own: it reported conflicts. Method: a run that is stopped inside its second test, applied, resumed,
# applied again; the second test changes, removes and puts back what the first one did.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

repository
echo gone >gone
mkdir dir && echo x >dir/x && echo own >own
cat >Makefile <<'M'
test:
	@if [ -e once ]; then sleep 3; echo two >kept; rm -r made; echo deep >made; echo gone >gone; \
	 rm dir; mkdir dir; echo y >dir/y; echo 3 >third; echo "ok src/$(M).c"; \
	 else echo 1 >once; echo one >kept; mkdir made; echo x >made/x; rm gone; rm -r dir; echo f >dir; \
	 echo same >own; echo "FAIL src/beju.c: beju(-12) = 1, expected 12"; exit 1; fi
M
commit more
listing() {
    find . -name .git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
}
begun=$(listing)
"$drover" run --seed 5 --agent fixer "Fix module beju." >"$box/bg.out" 2>"$box/bg.err" &
pid=$!
for _ in $(seq 200); do
    "$drover" log 1 2>/dev/null | grep -q ' call .*Edit' && break
    sleep 0.1
done
sleep 0.5 # inside the second test
run "$drover" stop 1
wait "$pid"
echo same >own # by hand, before the apply
run "$drover" apply 1
claim "what a stopped run has made can be applied" "$status" = 0
claim "the first half is there" "$(cat kept made/x dir)" = "one
x
f"
claim "a deleted file is gone" ! -e gone
half=$(listing)

run "$drover" resume 1
claim "the run goes on to its end" "$status" = 0
echo mine >kept
run "$drover" apply 1
claim "what the user changed since is a conflict" "$status$out" = "1conflict: kept"
echo one >kept
claim "with a conflict nothing is written" "$(listing)" = "$half"
run "$drover" apply --dry-run 1
claim "what the first apply wrote is no conflict" "$status$out" = "0$(sed -n 1p <<<"$out")"
run "$drover" apply 1
claim "the second apply exits 0" "$status" = 0
claim "a file changed again" "$(cat kept)" = two
claim "a directory that became a file" "$(cat made)" = deep
claim "a file that became a directory" "$(ls dir)" = y
claim "a file that came back" "$(cat gone)" = gone
claim "a new file" "$(cat third)" = 3
whole=$(listing)

# ---- killed in the middle of the second: its plan is there, one file is as the first left it ----
plan=$(find "$DROVER_HOME" -path '*/1/apply/done')
rm "$plan"
echo one >kept
run "$drover" apply 1
claim "a second apply that was killed is finished" "$status$(listing)" = "0$whole"
run "$drover" apply 1
claim "a third apply changes nothing" "$out" = "0 files written, 0 deleted in $PWD"

run "$drover" apply --undo 1
claim "--undo exits 0" "$status" = 0
claim "--undo leads back to what the user had" "$(listing | grep -v own)" = "$(grep -v own <<<"$begun")"
claim "--undo leaves alone what the user made himself" "$(cat own)" = same
run "$drover" apply 1
claim "after --undo it can be applied" "$status$(listing)" = "0$whole"
git stash -qu
run "$drover" apply 1
claim "after the user threw all of it away, too" "$status$(listing)" = "0$whole"
claims_end
