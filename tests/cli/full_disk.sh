#!/bin/bash
# A full disk parks the run: it says so, exits 75, and a resume goes on when there is room.
# Method: the state directory on a small tmpfs; the repository's test writes more than fits.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

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
claims_end
