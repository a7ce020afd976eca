#!/bin/bash
# What a run looks like on a terminal: one status line that fits, also at 20 columns; ^C, ^Z and a
# terminal that is closed lose nothing, and the time that ^Z took costs nothing; TERM=dumb gets no escape sequence. Method: the real binary on
# a pseudo-terminal of python3.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
printf 'test:\n\t@sleep 3; echo "ok src/$(M).c"\n' >Makefile
commit slow
cat >"$box/terminal.py" <<'P'
"""terminal.py COLUMNS TERM WHEN KEYS COMMAND...: runs COMMAND on a terminal; when its output has WHEN,
sends KEYS ("close": closes the terminal). Prints exit status and writes what it saw to stdout."""
import fcntl, os, pty, struct, sys, termios, time
columns, term, when, keys, command = int(sys.argv[1]), *sys.argv[2:5], sys.argv[5:]
pid, fd = pty.fork()
if pid == 0:
    os.environ["TERM"] = term
    time.sleep(0.2)
    os.execvp(command[0], command)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
seen, end = b"", time.time() + 60
while time.time() < end:
    try:
        part = os.read(fd, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    if when and when.encode() in seen:
        when = ""
        if keys == "close":
            os.close(fd)
            break
        os.write(fd, keys.encode().decode("unicode_escape").encode())
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stderr.write(str(status))
sys.stdout.buffer.write(seen)
P
terminal() { # COLUMNS TERM WHEN KEYS COMMAND...: sets out (what was seen) and status
    run python3 "$box/terminal.py" "$@"
    status=$err
}
go=("$drover" run --seed 1 --agent fixer "Fix module beju.")
lines() { # CODE: about the list `s` of status lines as they were written
    python3 - "$box/out" "$1" <<'P'
import re, sys
text = open(sys.argv[1], "rb").read().decode()
s = [x for x in re.findall(r"\r([^\r\n\x1b]*)\x1b\[K", text) if x]
print(eval(sys.argv[2]))
P
}

for columns in 20 40 100; do
    terminal $columns xterm "" "" "${go[@]}"
    claim "on $columns columns the run is done" "$status" = 0
    claim "on $columns columns the status fits with room for ^C" "$(lines "max(map(len, s)) <= $columns - 3")" = True
    claim "on $columns columns it has whole words" \
        "$(lines "all(re.fullmatch(r'▸ run \d+  [\d.]+ s(  1 ✓)?(  fixer [a-z]+( Bash)?)?(  \d+ calls?)?(  \d+ tokens/s)?', x) for x in s)")" = True
done
claim "with room the status says what the agent does" "$(lines "any('fixer calling Bash' in x for x in s)")" = True
tree=$("$drover" show --json 1 | sed -nE '1s/.*"tree_hash":"([0-9a-f]+)".*/\1/p')

for words in "agent list" "show" "ls" "help" "run --help"; do
    # shellcheck disable=SC2086
    terminal 80 xterm "" "" "$drover" $words
    claim "'$words' fits 80 columns" "$(python3 -c '
import re, sys
text = re.sub("\x1b\\[[0-9;]*m", "", open(sys.argv[1], "rb").read().decode())
print(max(map(len, text.splitlines())) <= 80)' "$box/out")" = True
done
terminal 80 dumb "" "" "${go[@]}"
claim "TERM=dumb gets no escape sequence" "$(grep -c $'\e' "$box/out")" = 0
terminal 80 xterm "calling Bash" '\x03' "${go[@]}"
claim "^C exits 130" "$status" = 130
claim_has "^C says how to continue" "$(tr -d '\r' <"$box/out")" "stopping: run 5 is saved; continue with: drover resume 5"
claim "and says it once" "$(grep -c "drover resume 5" "$box/out")" = 1
claim_has "its agent is unfinished, not running" "$("$drover" show 5)" " unfinished "
terminal 80 xterm "calling Bash" '\x1a' bash -c \
    'set -m; "$@"; echo "suspended $?"; fg >/dev/null; echo "ended $?"' - "${go[@]}"
claim_has "^Z suspends" "$(cat "$box/out")" "suspended 148"
claim_has "and a run that is continued ends well" "$(cat "$box/out")" "ended 0"
claim "with the same tree" "$("$drover" show --json 6 | sed -nE '1s/.*"tree_hash":"([0-9a-f]+)".*/\1/p')" = "$tree"
terminal 80 xterm "calling Bash" '\x1a' bash -c \
    'set -m; "$@"; sleep 9; fg >/dev/null; echo "ended $?"' - "${go[@]:0:2}" --budget 8s "${go[@]:2}"
claim_has "the time that ^Z took is not charged to the budget" "$(cat "$box/out")" "ended 0"
claim "nor is it time of the run" "$(sed -nE 's/^  time +([0-9]+)\..*/\1/p' "$box/out")" -lt 8
terminal 80 xterm "calling Bash" '\x1a' bash -c \
    'set -m; "$@"; bg >/dev/null; sleep 1; echo "in the background"; wait; echo "ended $?"' - "${go[@]}"
claim "in the background no status line goes over what is typed" \
    "$(sed '1,/in the background/d' "$box/out" | grep -ac '▸ run')" = 0
claim_has "and the run ends well there" "$(cat "$box/out")" "ended 0"
terminal 80 xterm "calling Bash" close "${go[@]}"
claim "a terminal that is closed exits 129" "$status" = 129
run "$drover" resume
claim "and the run goes on elsewhere" "$status" = 0
claims_end
