#!/bin/bash
# Whoever runs it: an ordinary user, somebody without a home, without a place to write, on a machine
# that cannot build a wall, or two at once. Method: the real binary under setpriv and unshare.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
# ---- two at once ----
printf 'test:\n\t@sleep 2; echo "ok src/$(M).c"\n' >Makefile
commit slow
for i in 1 2; do
    "$drover" run --seed 1 --agent fixer "Fix module beju." >"$box/out$i" 2>"$box/err$i" &
    pids[i]=$!
done
wait "${pids[1]}"
first=$?
wait "${pids[2]}"
claim "two runs at once are both done" "$first$?" = 00
claim "nobody else may enter where runs are kept" "$(stat -c %a "$DROVER_HOME/state/runs")" = 700
claim "and have numbers of their own" "$("$drover" ls --json | wc -l)" = 2
"$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1 &
pid=$!
for _ in $(seq 200); do
    "$drover" log 3 2>/dev/null | grep -q ' turn ' && break
    sleep 0.1
done
kill -9 "$pid"
wait "$pid" 2>/dev/null
for i in 1 2; do
    "$drover" resume 3 >"$box/out$i" 2>"$box/err$i" &
    pids[i]=$!
done
wait "${pids[1]}"
first=$?
wait "${pids[2]}"
claim "of two that resume a run one goes on, the other exits 75" \
    "$(printf '%s\n' $first $? | sort -n | xargs)" = "0 75"
claim_has "who has it is said" "$(cat "$box"/err?)" "process "

# ---- no home, no place to write ----
run env -u HOME -u DROVER_HOME XDG_STATE_HOME="$box/s" XDG_CONFIG_HOME="$box/c" \
    XDG_CACHE_HOME="$box/k" XDG_DATA_HOME="$box/d" "$drover" run --agent fixer "Fix module beju."
claim "without HOME the XDG directories are enough" "$status" = 0
run env DROVER_HOME=/proc/nowhere "$drover" run goal
claim "a state directory that cannot be made exits 4" "$status" = 4
claim_has "it is named" "$err" "/proc/"
claim_has "it has a hint" "$err" "hint: "
mkdir "$box/gone" && cd "$box/gone" && rmdir "$box/gone" || exit
run "$drover" run goal
claim "a current directory that is gone exits 2" "$status" = 2
cd "$box/work" || exit

# ---- closed streams ----
"$drover" run --seed 1 --agent fixer "Fix module beju." >&- 2>&-
claim "with stdout and stderr closed a run is done" $? = 0
"$drover" run --seed 1 --agent fixer "Fix module beju." 2>/dev/full >"$box/out"
claim "with stderr full, too" $? = 0
"$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/full 2>"$box/err"
claim "with stdout full the run is done, but exits 4" $? = 4
run "$drover" ls --json
claim "and nothing of it is lost" "$(head -n 3 <<<"$out" | grep -c '"state":"done"')" = 3

# ---- a wall that cannot be built ----
if unshare -Ur true 2>/dev/null; then
    run unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' - \
        setpriv --bounding-set -all "$drover" run goal
    claim "a wall that cannot be built exits 4" "$status" = 4
    claim_has "it is named" "$err" "wall 'user namespace'"
    claim_has "it has a remedy" "$err" "hint: user namespaces are refused"
else
    echo "skip a wall that cannot be built exits 4: unshare -U is not allowed here"
fi

# ---- somebody ----
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
    echo "skip an ordinary user can run and apply: this is not root"
    claims_end
fi
chmod 711 "$box"
chown -R 1234:1234 "$box/work"
mkdir "$box/somebody" && chown 1234:1234 "$box/somebody"
somebody() {
    run setpriv --reuid 1234 --regid 1234 --clear-groups --inh-caps -all \
        env HOME="$box/somebody" DROVER_HOME="$box/somebody/d" "$@"
}
mkdir "$box/bin" && cp "$drover" "$model" "$box/bin/" # where everybody may read
somebody DROVER_MODEL="$box/bin/${model##*/}" "$box/bin/drover" run --seed 1 --agent fixer "Fix module beju."
claim "an ordinary user's run is done" "$status" = 0
somebody "$box/bin/drover" apply
claim "an ordinary user can apply" "$status" = 0
somebody DROVER_MODEL="$box/bin/${model##*/}" "$box/bin/drover" resume
claim "and has nothing left to resume" "$status" = 2
# ---- no more processes ----
# (the leak check of a sanitizer's build would itself need a thread)
rm -rf "$box/somebody/d"
setpriv --reuid 1234 --regid 1234 --clear-groups --inh-caps -all env HOME="$box/somebody" \
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" \
    DROVER_HOME="$box/somebody/d" DROVER_MODEL="$box/bin/${model##*/}" \
    "$box/bin/drover" run --seed 1 --agent fixer "Fix module beju." >"$box/out" 2>"$box/err" &
pid=$!
theirs() { # pids of somebody's processes (a fresh Debian has no pgrep)
    local each
    for each in /proc/[0-9]*; do
        [ "$(stat -c %u "$each" 2>/dev/null)" = 1234 ] && echo "${each#/proc/}"
    done
}
at_work() { # the first call is
    local each
    for each in $(theirs); do
        grep -qx sleep "/proc/$each/comm" 2>/dev/null && return
    done
    return 1
}
for _ in $(seq 200); do
    at_work && break
    sleep 0.05
done
for each in $(theirs); do
    setpriv --reuid 1234 --regid 1234 --clear-groups prlimit --pid "$each" --nproc=1:1 2>/dev/null
done
wait "$pid"
claim "no more processes: exits 75" $? = 75
claim_has "it is said" "$(cat "$box/err")" "parked"
claim_has "and what can be done" "$(cat "$box/err")" "Resource temporarily unavailable"
somebody DROVER_MODEL="$box/bin/${model##*/}" "$box/bin/drover" resume
claim "when there are some again the run goes on to its end" "$status" = 0

chmod 500 "$box/somebody"
rm -rf "$box/somebody/d2"
run setpriv --reuid 1234 --regid 1234 --clear-groups env HOME="$box/somebody" \
    DROVER_HOME="$box/somebody/d2" DROVER_MODEL="$box/bin/${model##*/}" "$box/bin/drover" run goal
claim "a read-only home exits 4" "$status" = 4
claim_has "it is named" "$err" "$box/somebody"
claim_has "it has a hint" "$err" "hint: "
claims_end
