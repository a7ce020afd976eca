#!/bin/bash
# Goal: a crash says what it was, exits 70, and the exit codes of signals are the shell's. Method: a
# program that waits (for a text from a pipe that nobody writes) is sent signals.
. "$(dirname "$0")/lib.sh"

version=$("$drover" --version | cut -d' ' -f2)
set -m # else the shell starts children with SIGINT ignored
mkfifo pipe
# send SIGNAL: sets status and err of a waiting program that got it
send() {
    "$drover" model tokenize "$model" --file pipe >"$box/out" 2>"$box/err" &
    local pid=$!
    for _ in $(seq 100); do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = drover ] && grep -q wait_for_partner "/proc/$pid/wchan" 2>/dev/null && break
        sleep 0.05
    done
    kill -s "$1" "$pid"
    wait "$pid" 2>/dev/null
    status=$?
    err=$(cat "$box/err")
}

if nm -D "$drover" 2>/dev/null | grep -qE '__(asan|tsan)_init'; then
    echo "skip a crash says what it was: sanitizers have their own report"
    exit 0
fi
send SEGV
claim "a crash exits 70" "$status" -eq 70
claim_has "a crash names version and signal" "$err" "drover $version"
claim_has "a crash names the signal" "$err" "signal 11 (SEGV)"
claim_has "a crash has a backtrace" "$err" "drover(+0x"
claim_has "a crash ends with what to do" "$(tail -n 1 "$box/err")" "hint: "
send INT
claim "an interrupt exits 130" "$status" -eq 130
send TERM
claim "termination exits 143" "$status" -eq 143
claims_end
