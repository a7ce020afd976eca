#!/bin/bash
# What a run starts from: the copy's repository is one that git itself finds whole; a large working
# tree shows how far its copying is on a terminal, and ^C then leaves nothing. Method: files at the
# edges of a pack's blocks, and some ten thousand small files.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
runs=$DROVER_HOME/state/runs
go=("$drover" run --seed 1 --agent fixer "Fix module beju.")
: >empty
for size in 1 65534 65535 65536 131070 3000000; do
    head -c "$size" /dev/urandom >"of-$size"
done
cp of-65535 again
cp of-3000000 again-large
ln -s of-1 link
printf '*.log\n' >.gitignore
echo x >ignored.log
commit edges
echo x >tracked.log
git add -f tracked.log
commit tracked
run "${go[@]}"
claim "a run over files of all sizes ends" "$status" = 0
copy() { git -c safe.directory='*' -C "$runs/1/base" "$@"; }
claim "git finds the copy's repository whole" "$(copy fsck --full --strict 2>&1)$?" = 0
claim "nothing in it differs from the files" -z "$(copy status --porcelain)"
claim "it has what is tracked here" "$(copy ls-tree -r HEAD)" = "$(git ls-tree -r HEAD)"
claim "its blobs are in one pack" "$(find "$runs/1/base/.git/objects/pack" -name '*.pack' | wc -l)" = 1
claim "and a content that is there twice is stored once" \
    "$(copy verify-pack -v "$runs"/1/base/.git/objects/pack/*.idx | grep -cE '^[0-9a-f]{40} blob')" = \
    "$(git ls-tree -r HEAD | grep -v ^120000 | cut -d' ' -f3 | cut -f1 | sort -u | wc -l)"

python3 -c '
import os
for d in range(400):
    os.makedirs(f"many/{d}")
    for f in range(100):
        open(f"many/{d}/{f}", "w").write(f"{d} {f}\n" * 100)'
commit many
python3 - "${go[@]}" >"$box/seen" <<'P'
"""The command on a terminal of 80 columns, stopped as soon as it shows progress; then the status."""
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
seen, stopped = b"", False
while True:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if not stopped and b" s left" in seen:
        stopped = True
        os.write(fd, b"\x03")
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode())
P
seen=$(cat "$box/seen")
claim "copying a large working tree says how far it is and how long it takes" -n \
    "$(grep -aE 'copying the working tree \[#*\.*\] [0-9.]+ of [0-9.]+ MB  [0-9]+ s left' <<<"$seen")"
claim_has "^C then says what is kept" "$seen" "stopping: the run had not begun, nothing of it is kept"
claim "and exits 130" "${seen%% *}" = 130
claim "and leaves nothing" "$(ls "$runs")" = 1

"${go[@]}" >"$box/out" 2>"$box/err" &
pid=$!
for _ in $(seq 200); do
    [ -d "$runs/new.$pid/base.tmp/many" ] && break
    sleep 0.02
done
kill "$pid"
wait "$pid"
claim "SIGTERM exits 143" $? = 143
claim "no progress is shown where nobody sees it" "$(grep -c copying "$box/err")" = 0
claim "and nothing is left either" "$(ls "$runs")" = 1
claims_end
