#!/bin/bash
# Goal: G1 and G3 in every CI run: killed with kill -9 at random moments and resumed, a run ends with
# the same tree and token ids as one left alone. Method: tests/torture/kill.sh, a few kills, few
# modules; `make torture` is the long form.
cd "$(dirname "$0")/../.." || exit 2
case ${BUILD:-build} in # instrumented builds are some ten times slower
*san) KILLS=${KILLS:-1} MODULES=${MODULES:-4} ;;
esac
KILLS=${KILLS:-3} MODULES=${MODULES:-6} SPAN_MS=1500 exec tests/torture/kill.sh
