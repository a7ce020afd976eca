#!/bin/bash
# The main job, on the shipped example with the shipped model: agents repair the broken modules of
# examples/herd, their changes are shown and applied, and the repository's own tests judge them.
# `make demo` sets up, builds and calls this. Exit 0 when at least 80 % of the broken modules are
# repaired. Everything happens below build/demo; SEED=N repeats a run.
set -euo pipefail
cd "$(dirname "$0")/.."
drover=$PWD/${BUILD:-build}/drover
place=$PWD/${BUILD:-build}/demo
herd=$place/herd
seed=${SEED:-2026}

# The demo's own state: nothing of the user's runs or configuration is touched.
export DROVER_HOME=$place/home
unset MAKEFLAGS MAKELEVEL MFLAGS
rm -rf "$place"
mkdir -p "$place"
cp -a examples/herd "$herd"
git -C "$herd" init -q -b main
git -C "$herd" add -A
git -C "$herd" -c user.name=demo -c user.email=demo@localhost commit -q -m "herd"

# `make test` fails while a module is broken: that is what is counted
summary() { { make -s -C "$herd" test 2>/dev/null || true; } | tail -n 1; }
echo "examples/herd: testing its modules as they are"
before=$(summary)
broken=$(sed -nE 's/.* ([0-9]+) failed.*/\1/p' <<<"$before")
echo "  before       $before"
rm -rf "$herd/build"

cd "$herd"
status=0
"$drover" run --seed "$seed" "Make the failing tests pass." || status=$?
# 1 is "some tests still fail", which the count below judges; anything else is no result at all
[ "$status" -le 1 ] || exit "$status"
"$drover" diff --stat | tail -n 1 | sed 's/^/  changes      /'
"$drover" apply | sed 's/^/  applied      /'

after=$(summary)
left=$(sed -nE 's/.* ([0-9]+) failed.*/\1/p' <<<"$after")
repaired=$((broken - left))
echo "  after        $after"
echo "  repaired     $repaired of $broken broken modules ($((100 * repaired / broken)) %)"
[ $((100 * repaired)) -ge $((80 * broken)) ]
