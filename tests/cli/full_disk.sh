#!/bin/bash
# A full disk parks the run: it says so, exits 75, and a resume goes on when there is room. One that is
# full before, or cannot be written, refuses it: one line, a hint, exit 4, nothing left.
# Method: the state directory on a small tmpfs; the repository's test writes more than fits.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# a name that a shell, a URI or a mount option would take apart
odd=$(printf 'it\047s 100%%20 \042full\042 ?#,:&;')
export DROVER_HOME=$box/$odd
mkdir -p "$DROVER_HOME"
if [ "$(id -u)" != 0 ] || ! mount -t tmpfs -o size=400m drover-test "$DROVER_HOME" 2>/dev/null; then
    echo "skip a full disk parks the run: mounting a small file system needs root"
    exit 0
fi
trap 'umount "$DROVER_HOME"; rm -rf "$box"' EXIT
repository
printf 'test:\n\t@sleep 2; echo "ok src/$(M).c"\n' >Makefile
commit slow
"$drover" run --seed 5 --agent fixer "Fix module beju." >"$box/out" 2>"$box/err" &
pid=$!
for _ in $(seq 200); do
    "$drover" log 1 2>/dev/null | grep -q ' turn ' && break
    sleep 0.1
done
dd if=/dev/zero of="$DROVER_HOME/filler" bs=64k 2>/dev/null
wait "$pid"
claim "a full disk exits 75" $? = 75
claim_has "a full disk is said" "$(cat "$box/err")" "parked"
claim_has "how to continue is said" "$(cat "$box/err")" "drover resume 1"
run "$drover" resume
claim "without room a resume exits 75 again or says why" "$status" != 0

rm "$DROVER_HOME/filler"
run "$drover" resume
claim "with room the run goes on to its end" "$status" = 0

# ---- files without bytes: inodes run out before room does ----
cat >many.py <<'P'
import os, time
os.mkdir("many")
for i in range(12000):
    open("many/%d" % i, "w").close()
    if i % 1000 == 999:
        time.sleep(0.2)
P
printf 'test:\n\t@[ -e many ] || python3 many.py; echo "ok src/$(M).c"\n' >Makefile
commit many
inodes() { stat -f -c %d "$DROVER_HOME"; }
mount -o remount,nr_inodes=15000 "$DROVER_HOME"
claim "the control: all of them would fit" "$(inodes)" -gt 13000
run "$drover" run --seed 5 --agent fixer "Fix module beju."
claim "empty files that fill the disk park the run" "$status" = 75
claim_has "it is said" "$err" "almost full"
claim "thousands of files are left to others" "$(inodes)" -gt 3000
mount -o remount,nr_inodes=100000 "$DROVER_HOME"
run "$drover" resume
claim "with room for files the run goes on to its end" "$status" = 0

# ---- a state directory that is full, or read-only, before a run began ----
before=$(ls "$DROVER_HOME/state/runs")
refuses() { # NAME ERROR HINT
    run "$drover" run --seed 5 --agent fixer "Fix module beju."
    claim "$1: exits 4" "$status" = 4
    claim_has "$1: one line says it" "$(grep '^error:' <<<"$err")" "$2"
    claim_has "$1: the last line says what to do" "$(tail -n 1 <<<"$err")" "$3"
    claim "$1: nothing is left" "$(ls "$DROVER_HOME/state/runs")" = "$before"
}
head -c 10000000 /dev/urandom >large
head -c $(($(stat -f -c '%a * %S' "$DROVER_HOME") - 12000000)) /dev/zero >"$DROVER_HOME/filler"
refuses "full while the working tree is copied" "No space left on device" "free some space"
dd if=/dev/zero of="$DROVER_HOME/filler2" bs=4k 2>/dev/null
refuses "full before" "cannot write in '$DROVER_HOME/state/runs': No space left" "free some space"
rm "$DROVER_HOME"/filler*
mount -o remount,ro "$DROVER_HOME"
refuses "read-only" "cannot write in '$DROVER_HOME/state/runs': Read-only" "set DROVER_HOME"
run "$drover" ls
claim_has "read-only: ls reads all the same" "$out" "success"
run "$drover" diff
claim_has "read-only: diff says what it needs" "$err" "hint: the run's directory must be"
mount -o remount,rw "$DROVER_HOME"

claims_end
