#!/bin/bash
# Goal: the ARM kernels give the bits of the portable ones.
# Method: the unit tests of formats and kernels, cross-compiled (with a small stand-in for cmocka and
# runtime/base) and run by qemu-user. Skipped where gcc-aarch64-linux-gnu or qemu-user is missing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
claim="the NEON kernels equal the portable ones to the bit"
cc=${CROSS_CC:-aarch64-linux-gnu-gcc} run=${CROSS_RUN:-qemu-aarch64 -cpu max}
for tool in "$cc" "${run%% *}"; do
    if ! command -v "$tool" >/dev/null; then
        echo "skip $claim: no $tool (apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)"
        exit 0
    fi
done
out=$(mktemp -d "${TMPDIR:-/tmp}/drover-neon.XXXXXX")
trap 'rm -rf "$out"' EXIT
flags=(-std=gnu11 -D_GNU_SOURCE -ffp-contract=off -fno-strict-aliasing -Wall -Wextra -Werror
    -Wno-unused-parameter -I. -Itests/cross/include -include runtime/base/banned.h)
for file in model/quant.c model/mat*.c tests/cross/base.c; do
    "$cc" "${flags[@]}" -O3 -c -o "$out/$(basename "$file" .c).o" "$file" || exit 1
done
bad=0
for test in quant mat; do
    # -O1: gcc 12 for ARM crashes while it vectorizes test_mat.c
    "$cc" "${flags[@]}" -O1 -static -o "$out/test_$test" "tests/unit/model/test_$test.c" "$out"/*.o -lm || exit 1
    # shellcheck disable=SC2086
    $run "$out/test_$test" >"$out/log" 2>&1 || bad=1
    if grep -q '^neon: not on this processor' "$out/log"; then
        bad=1 # then nothing was compared
    fi
    [ $bad = 0 ] || cat "$out/log"
done
[ $bad = 0 ] && echo "ok $claim" || echo "FAIL $claim"
exit $bad
