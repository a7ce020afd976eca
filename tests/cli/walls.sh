#!/bin/bash
# Where a wall cannot be built a run refuses by the wall's name, with a remedy, exit 4, and leaves
# nothing behind; where one that only adds to others is missing doctor says so. Method: python3 takes
# a part of the kernel away (a seccomp filter that refuses, a Landlock domain, a masked /proc) and
# then becomes drover; the control is that the same run is done with nothing taken away.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
cat >"$box/without.py" <<'P'
"""without.py WHAT COMMAND...: COMMAND where WHAT is missing; exits 99 if that cannot be had here."""
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
what, command = sys.argv[1], sys.argv[2:]
def refuse(call, errno, first=None):
    """System call `call` (with this first argument, if given) fails with errno from now on."""
    load, equal, end = 0x20, 0x15, 0x06
    yes, no = (end, 0, 0, 0x50000 | errno), (end, 0, 0, 0x7fff0000)
    code = [(load, 0, 0, 0), (equal, 0, 1, call), yes, no]
    if first is not None:
        code = [(load, 0, 0, 0), (equal, 0, 3, call), (load, 0, 0, 16), (equal, 0, 1, first), yes, no]
    bytes_ = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *c) for c in code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(code), ctypes.addressof(bytes_)))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        sys.exit(99)
def landlocked():
    rights = 0x1ff8 # all of ABI 1 that write, granted everywhere: but nobody in a domain may mount
    rules = libc.syscall(444, struct.pack("Q", rights), 8, 0)
    beneath = struct.pack("=Qi", rights, os.open("/", os.O_PATH))
    if rules < 0 or libc.syscall(445, rules, 1, beneath, 0) or libc.prctl(38, 1, 0, 0, 0) or \
            libc.syscall(446, rules, 0):
        sys.exit(99)
if what == "seccomp":
    refuse(317, 38)
    refuse(157, 22, 22)
elif what == "landlock":
    refuse(444, 38)
elif what == "mounts":
    landlocked()
os.execvp(command[0], command)
P
without() { run timeout 60 python3 "$box/without.py" "$@"; }
go=("$drover" run --seed 1 --agent fixer "Fix module beju.")
refused() { # NAME WALL HINT: what was run last was refused for the lack of it
    if [ "$status" = 99 ]; then
        echo "skip $1 exits 4: it cannot be had here"
        return
    fi
    claim "$1 exits 4" "$status" = 4
    claim_has "$1 names the wall" "$err" "cannot build the wall '$2'"
    claim_has "$1 has a remedy" "$err" "$3"
    claim "$1 leaves nothing behind" "$(find "$DROVER_HOME" -type f 2>/dev/null)" = ""
}

if [ "$(uname -m)" != x86_64 ]; then
    echo "skip a missing wall refuses the run: the numbers of system calls are those of x86-64"
    exit 0
fi
without seccomp "${go[@]}"
refused "no seccomp" seccomp "hint: the kernel needs CONFIG_SECCOMP_FILTER"
without mounts "${go[@]}"
refused "inside somebody's Landlock domain" "private root" "hint: a sandbox around drover"
if [ "$(id -u)" = 0 ] && [ -d /proc/irq ] && unshare -m true 2>/dev/null; then
    run timeout 60 unshare -m sh -c 'mount -t tmpfs none /proc/irq || exit 99; exec "$@"' - "${go[@]}"
    refused "a masked /proc" "fresh /proc" "systempaths=unconfined"
else
    echo "skip a masked /proc exits 4: mounting over it needs root"
fi
without landlock "$drover" doctor
claim_has "doctor says that Landlock is missing" "$(grep landlock <<<"$out")" "not in this kernel"
claim_has "and what to do" "$out" "boot with lsm=landlock"
without nothing "${go[@]}"
claim "the control: with nothing taken away the run is done" "$status" = 0
claims_end
