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

claims_end
