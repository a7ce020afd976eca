#!/bin/bash
# What a run made becomes real: every kind of change there and back, conflicts before anything is
# written, and an apply that is killed and finished later. The repository's own tests, run by the
# agent, make the changes.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

listing() {
    # names, kinds, executable bits, contents; git's own directory and empty directories left out
    find . -name .git -prune -o \( -type f -o -type l \) -print0 | sort -z |
        while IFS= read -r -d '' f; do
            if [ -L "$f" ]; then
                printf 'link %q -> %q\n' "$f" "$(readlink "$f")"
            else
                printf '%s %q %s\n' "$(stat -c %A "$f")" "$f" "$(sha256sum <"$f")"
            fi
        done
}

umask 022
printf 'gone\n' >gone
mkdir deep becomes_file
printf 'x\n' >deep/only
printf 'x\n' >becomes_file/x
printf 'x\n' >becomes_dir
printf '#!/bin/sh\n' >tool
printf 'p\n' >willexec
printf 'k\n' >keepmode
printf 'a\0b' >binary
chmod 755 tool
chmod 664 keepmode
ln -s gone link
repository
cat >>Makefile <<'M'
	@rm -rf gone deep becomes_dir becomes_file; mkdir becomes_dir; echo n >becomes_dir/new
	@echo f >becomes_file; echo s >'name with space'; echo l >"`printf 'new\nline'`"
	@echo u >naïve-日本; echo d >./-dash; printf 'e' >"`printf 'esc\033[31m'`"
	@chmod 755 willexec; ln -sfn tool link; printf 'b\0c' >binary; echo more >>keepmode
	@mkdir -p new/deep/er; echo g >new/deep/er/g; echo '#!' >new/run; chmod 755 new/run
	@ln -s /etc/passwd absolute; ln -s ../../outside escape; mkfifo pipe
	@mkdir -p .git/hooks && echo evil >.git/hooks/pre-commit
M
commit
before=$(listing)
run "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "the run is done" "$status" = 0
claim "a run changes nothing in the working tree" "$(listing)" = "$before"

run "$drover" diff --stat
claim_has "diff --stat counts the files" "$out" "files,"
claim "names reach nobody as control characters" "$(tr -d '\n' <<<"$out" | tr -dc '\000-\037')" = ""
"$drover" diff >"$box/patch" 2>/dev/null
git clone -q . "$box/patched"
(cd "$box/patched" && git apply "$box/patch")
claim "git applies what diff prints" $? = 0

# ---- conflicts ----
echo mine >>gone
run "$drover" apply
claim "a conflict exits 1" "$status" = 1
claim "a conflict is listed" "$out" = "conflict: gone"
git checkout -q gone
claim "with a conflict nothing is written" "$(listing)" = "$before"
echo mine >becomes_file/mine
run "$drover" apply
claim "a file of the user in a directory that becomes a file is a conflict" "$status" = 1
rm becomes_file/mine
ln -s "$box" new
run "$drover" apply
claim "a link in the way of a directory is a conflict" "$status" = 1
claim "nothing is written through a link" ! -e "$box/deep"
rm new
claim "nothing was written by any of them" "$(listing)" = "$before"
run "$drover" apply --dry-run
claim "--dry-run without conflicts exits 0" "$status" = 0
claim "--dry-run writes nothing" "$(listing)" = "$before"
claim_has "and says what would be" "$out" "would be written"

# ---- there and back ----
run "$drover" apply
claim "apply exits 0" "$status" = 0
claim "a directory becomes a file" "$(cat becomes_file 2>/dev/null)" = f
claim "a file becomes a directory" "$(cat becomes_dir/new 2>/dev/null)" = n
claim "an emptied directory goes" ! -e deep
claim "the executable bit is set" -x willexec
claim "a new file is executable" -x new/run
claim "other permissions stay" "$(stat -c %a keepmode)" = 664
claim "a symbolic link is changed" "$(readlink link)" = tool
claim "names with newlines arrive" -f "$(printf 'new\nline')"
claim "names with a leading dash arrive" -f ./-dash
claim "links that lead outside do not arrive" ! -L escape -a ! -L absolute
claim "special files do not arrive" ! -e pipe
claim "git's directory is left alone" ! -e .git/hooks/pre-commit
claim "the index is left alone" "$(git diff --cached --name-only)" = ""
(cd "$box/patched" && listing) >"$box/a"
listing >"$box/b"
claim "diff and apply say the same" "$(grep -v keepmode "$box/a")" = "$(grep -v keepmode "$box/b")"
run "$drover" apply
claim "applying again changes nothing" "$out" = "0 files written, 0 deleted in $PWD"
run "$drover" apply --undo
claim "--undo exits 0" "$status" = 0
claim "--undo puts everything back" "$(listing)" = "$before"
run "$drover" apply --undo
claim "--undo of what is not applied exits 2" "$status" = 2

# ---- names of our own ----
printf '\t@echo a >.drover-apply-both; echo b >both\n' >>Makefile
commit both
run "$drover" run --seed 1 --agent fixer "Fix module beju."
run "$drover" apply
claim "a file that is called as apply calls its own is left out" \
    "$status$(cat both 2>/dev/null)" = 0b
claim_has "which is said" "$err" "left out: '.drover-apply-both'"
run "$drover" apply --undo

# ---- changed while it is applied ----
printf '\t@for i in `seq 300`; do echo $$i >some$$i; done; echo theirs >zlast\n' >>Makefile
echo zlast >zlast
commit some
run "$drover" run --seed 1 --agent fixer "Fix module beju."
python3 - "$drover" <<'P'
import os, subprocess, sys
p = subprocess.Popen([sys.argv[1], "apply"], stdout=subprocess.DEVNULL, stderr=open("../while", "w"))
while not os.path.exists("some1") and p.poll() is None:
    pass
open("zlast", "w").write("mine\n")
open("../exit", "w").write(str(p.wait()))
P
claim "the control: it had begun" -e some1
claim "what the user saves while it is applied stays" "$(cat zlast)" = mine
claim "that is a conflict" "$(cat "$box/exit")" = 1
claim_has "which is said" "$(cat "$box/while")" "'zlast' was changed while this was applied"
run "$drover" apply
claim "and stays one" "$status$out" = "1conflict: zlast"
echo zlast >zlast
run "$drover" apply
claim "when it is gone the apply goes on to its end" "$status$(cat zlast some300)" = "0theirs
300"
run "$drover" apply --undo

# ---- killed in the middle ----
printf '\t@for i in `seq 60`; do echo $$i >many$$i; done; echo >>gone2\n' >>Makefile
echo gone2 >gone2
commit many
before=$(listing)
"$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1
run "$drover" apply
after=$(listing)
claim "60 files arrive" -f many60
run "$drover" apply --undo
RANDOM=7
torn=0 wrong=0 dry=0
for _ in 1 2 3 4; do
    "$drover" apply >/dev/null 2>&1 &
    pid=$!
    for _ in $(seq 400); do # until the first new file is there, then a little longer
        [ -e many1 ] && break
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.01
    done
    sleep "0.0$((RANDOM % 6))"
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    now=$(listing)
    [ "$now" != "$after" ] && [ "$now" != "$before" ] && torn=$((torn + 1))
    "$drover" apply --dry-run >/dev/null 2>&1
    [ "$(listing)" = "$now" ] || dry=$((dry + 1))
    "$drover" apply >/dev/null 2>&1
    [ "$(listing)" = "$after" ] || wrong=$((wrong + 1))
    "$drover" apply --undo >/dev/null 2>&1
    [ "$(listing)" = "$before" ] || wrong=$((wrong + 1))
done
echo "killed 4 times, $torn of them in the middle"
claim "--dry-run leaves an apply that was killed as it is" "$dry" = 0
claim "an apply that was killed is finished by the next, and undone" "$wrong" = 0
claims_end
