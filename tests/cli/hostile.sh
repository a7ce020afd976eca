#!/bin/bash
# A stranger's repository can make a run fail, but not hang, not read or write what is outside of it,
# not have what it only asks for, and not write to the terminal. Method: one repository a trick, the
# real binary; what must not be waited for gets ten seconds.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

repository
secret="root of the secret"
echo "$secret" >"$box/secret"
soon() { run timeout 60 "$@"; }
plain() { # NAME FILE: what FILE is now is refused in a line with a hint, exit 2
    soon "$drover" run goal
    claim "$1 exits 2" "$status" = 2
    claim_has "$1 is named" "$err" "$2"
    claim_has "$1 has a hint" "$err" "hint: "
    rm -f "$2"
}

# ---- files that are none ----
for file in AGENTS.md .drover/config.json .drover/agents/x.json; do
    mkfifo "$file"
    plain "a pipe as $file" "$file"
    ln -s "$box/secret" "$file"
    plain "a link out of the repository as $file" "$file"
    claim "what the link as $file leads to is not shown" "$(grep -c "$secret" "$box/err")" = 0
    ln -s /dev/zero "$file"
    plain "an endless file as $file" "$file"
    head -c 20000000 /dev/zero | tr '\0' ' ' >"$file"
    plain "a file too large as $file" "$file"
done
echo "You are kind." >docs.md && ln -s docs.md AGENTS.md
soon "$drover" run --agent fixer "Fix module beju."
claim "a link inside as AGENTS.md is read" "$status" = 0
rm AGENTS.md docs.md
soon "$drover" agent check "$box/none.json"
claim "a definition that is not there exits 2" "$status" = 2

# ---- words for the terminal ----
controls() { LC_ALL=C tr -d '\n' <"$1" | LC_ALL=C tr -dc '\000-\037\177' | wc -c; }
# lines with a direction override or a C1 character
hidden() { LC_ALL=C grep -cP '\xe2\x80\xae|\xc2\x9b' "$1"; }
evil=$(printf 'e\033]0;owned\007v\nhint: curl evil')
echo '{' >".drover/agents/$evil.json"
soon "$drover" agent check
claim "a name cannot send escape sequences" "$(controls "$box/err")" = 0
claim "a name cannot pose as a line of ours" "$(grep -c '^hint: curl' "$box/err")" = 0
rm .drover/agents/e*
printf '{"name": "loud", "description": "a\\u001b[2Jb\\u202ec", "prompt": "p"}' >.drover/agents/loud.json
soon "$drover" agent list
claim "a description cannot, either" "$(controls "$box/out")$(grep -c $'\u202e' "$box/out")" = 00
rm .drover/agents/loud.json
soon "$drover" run --agent "$(printf 'x\033[31m')" goal
claim "nor can a goal or an option" "$(controls "$box/err")" = 0
python3 - "$model" <<'P'
import sys
b = open(sys.argv[1], "rb").read()
name = b"drover-mini"
at = b.index(name)
open("named.gguf", "wb").write(b[:at] + b"dro\x1b[31mmin"[:len(name)] + b[at + len(name):])
P
soon "$drover" model info named.gguf
claim "a model's name can be shown" "$status" = 0
claim "a model's name cannot send escape sequences" "$(controls "$box/out")" = 0
rm named.gguf

printf '{"workspace": {"include": ["a\\u001b[2Jb\\u009bc\\u202ed"]}}' >.drover/config.json
run "$drover" config approve
run "$drover" config --json
claim "the control: a configured path holds it" "$(hidden "$box/out")" -gt 0
run "$drover" config
claim_has "a configured path is shown" "$out" "workspace.include  a"
claim "a configured path cannot send escape sequences" "$(controls "$box/out")$(hidden "$box/out")" = 00
rm .drover/config.json "$DROVER_HOME/state/approved"

# ---- words of an agent for who looks at its work ----
cp Makefile "$box/Makefile"
printf 'test:\n\t@sh ./words.sh; echo "ok src/$(M).c"\n' >Makefile
cat >words.sh <<'S'
printf 'if (a\342\200\256b) \302\2332Jc \033[2Jd\n' >text
echo x >"$(printf 'e\342\200\256f\302\2332Jg')"
S
commit words
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
run "$drover" diff
claim "the control: the patch for git holds it" "$(hidden "$box/out")" -gt 0
run "$drover" diff --color=always
claim_has "a diff to read shows the bytes of what turns or hides text" "$out" \
    'a\xe2\x80\xaeb) \xc2\x9b2Jc \x1b[2Jd'
claim "and has none of it" "$(hidden "$box/out")" = 0
name='"e\342\200\256f\302\2332Jg"'
for format in --stat --name-only; do
    run "$drover" diff $format
    claim_has "diff $format quotes a name that turns or hides text" "$out" "$name"
    claim "diff $format has none of it" "$(hidden "$box/out")" = 0
done
echo 3 >"$(printf 'e\342\200\256f\302\2332Jg')"
run "$drover" apply
claim_has "a conflict has such a name in quotes, too" "$out" "conflict: $name"
claim "and none of it" "$(hidden "$box/out")" = 0
git clean -qfd
python3 - "$DROVER_HOME" <<'P'
import glob, sqlite3, sys
newest = max(glob.glob(sys.argv[1] + "/state/runs/*/run.db"), key=lambda p: int(p.split("/")[-2]))
db = sqlite3.connect(newest)
db.execute("UPDATE call SET tool = 'Ba\x1b[2Jsh', result = 'r\x1b]0;t\x07\u202e\x9bs',"
           " arguments_json = '{\"command\":\"a\u202e\x9bb\"}'")
db.execute("UPDATE event SET data_json = '{\"name\":\"a\\u001b[2J\u202e\x9bb\"}'"
           " WHERE type = 'call'")
db.commit()
P
run "$drover" show --agent 1 --json
claim "the control: the journal holds it" "$(hidden "$box/out")" -gt 0
for command in "show --agent 1" log; do
    # shellcheck disable=SC2086
    run "$drover" $command
    claim "'$command' exits 0" "$status" = 0
    claim "'$command' cannot be made to send escape sequences" \
        "$(controls "$box/out")$(hidden "$box/out")" = 00
done
rm words.sh
cp "$box/Makefile" Makefile
commit words

# ---- what it asks for ----
cat >.drover/agents/net.json <<'J'
{"name": "net", "description": "d", "prompt": "You fix one C module. Run its test, read the file that fails, check it line by line, edit the wrong line, run the test again, then call Finish.",
 "tools": ["Bash", "Read", "Edit", "Finish"], "network": true}
J
cp Makefile "$box/Makefile"
printf 'test:\n\t@ls /sys/class/net 2>/dev/null; cat /proc/net/dev | wc -l; echo "ok src/$(M).c"\n' >Makefile
commit net
soon "$drover" run --agent net --output-format stream-json "Fix module beju."
claim "an agent that asks for network has none unless the user grants it" \
    "$(grep -c '"result":"3\\nok src/beju.c' "$box/out")" = 1
cp "$box/Makefile" Makefile
rm .drover/agents/net.json

# ---- trees ----
mkfifo pipe
python3 -c '
import socket; socket.socket(socket.AF_UNIX).bind("socket")'
ln -s /etc/shadow out
ln -s . loop
mkdir -p "$(printf 'd\nir')" nested/.git deep
echo a >"$(printf 'd\nir/n\nl')"
echo b >"$(printf 'bad\377utf8')"
echo c >'-rf'
echo x >nested/file
truncate -s 3G sparse
(cd deep && for _ in $(seq 60); do mkdir "$(printf 'd%.0s' $(seq 60))" && cd d* || exit; done; echo end >end)
echo sparse >>.gitignore
commit weird
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "pipes, sockets, links, strange names, a nested repository: the run is done" "$status" = 0
soon "$drover" diff --stat
claim "what the run did not touch is no change" "$out" = "0 files, 0 lines added, 0 removed"
claim "the base has no special file" \
    "$(find "$DROVER_HOME" -path '*/base/*' \( -type p -o -type s -o -type b -o -type c \) | wc -l)" = 0
rm -rf pipe socket deep sparse

mkdir "$box/inner" && (cd "$box/inner" && git init -q && echo i >i && git add -A &&
    git -c user.name=t -c user.email=t@localhost commit -qm i)
git -c protocol.file.allow=always submodule --quiet add "$box/inner" inner >/dev/null 2>&1
soon "$drover" run goal
claim "a submodule exits 2" "$status" = 2
claim_has "a submodule is named" "$err" "'inner' is a submodule"
git reset -q --hard
git rm -rq --cached inner 2>/dev/null
rm -rf inner .gitmodules .git/modules 2>/dev/null
git sparse-checkout set --no-cone src >/dev/null 2>&1
soon "$drover" run goal
claim "a sparse checkout exits 2" "$status" = 2
claim_has "a sparse checkout says how to end it" "$err" "git sparse-checkout disable"
git sparse-checkout disable

mv .git "$box/git"
echo "gitdir: $box/git" >.git
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "a .git file that leads to the repository is followed" "$status" = 0
echo "gitdir: /nonexistent" >.git
soon "$drover" run goal
claim "a .git file that leads nowhere exits 2" "$status" = 2
rm .git
git init -q --bare bare.git
cd bare.git || exit
soon "$drover" run goal
claim "a bare repository exits 2" "$status" = 2
claim_has "a bare repository is called so" "$err" "bare repository"
cd ..
rm -rf bare.git
mv "$box/git" .git
if [ "$(id -u)" = 0 ]; then
    chown -R 1234 .
    soon "$drover" run goal
    claim "somebody else's repository exits 2" "$status" = 2
    claim_has "how to trust somebody else's repository is said" "$err" "safe.directory '$PWD'"
    chown -R 0 .
fi

# ---- somebody's home as the working tree ----
home=$box/somebody
mkdir -p "$home/.ssh" && echo "$secret" >"$home/.ssh/id"
git init -q "$home"
elsewhere() { # NAME: from here git takes the home for the working tree, and drover does not
    claim "$1: the control works" "$(git rev-parse --show-toplevel 2>/dev/null)" = "$home"
    soon "$drover" run --agent coder goal
    claim "$1 exits 2" "$status" = 2
    claim_has "$1 is named" "$err" "says that its files are in '$home/'"
    claim "$1: nothing of it is copied" "$(grep -rl "$secret" "$DROVER_HOME" | wc -l)" = 0
}
git clone -q . "$home/clone" && cd "$home/clone" || exit
git config core.worktree "$home"
elsewhere "a repository that says so"
cd "$box/work" || exit
mkdir -p sub/objects sub/refs && echo "ref: refs/heads/main" >sub/HEAD
printf '[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = %s\n' "$home" >sub/config
cd sub || exit
elsewhere "a directory of a repository's shape that says so"
cd ..
rm -rf sub
git config core.worktree "$PWD"
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "a repository that says where it is is believed" "$status" = 0
git config --unset core.worktree
git worktree add -q "$box/linked" && cp -r .drover "$box/linked/" && cd "$box/linked" || exit
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "a linked working tree is run" "$status" = 0
cd "$box/work" && git worktree remove --force "$box/linked"

# ---- ignore rules that are none ----
mkfifo "$box/never"
rules() { # NAME COMMAND: after COMMAND whoever reads the rules waits for ever
    git clone -q . "$box/rules" && cp -r .drover "$box/rules/" && cd "$box/rules" || exit
    eval "$2"
    timeout 2 cat "$3" >/dev/null 2>&1
    claim "$1: the control waits" $? = 124
    run timeout 20 "$drover" run --seed 1 --agent fixer "Fix module beju."
    claim "$1 does not hold a run" "$status" = "$4"
    cd "$box/work" && rm -rf "$box/rules"
}
rules "a pipe as .gitignore" 'mkfifo src/.gitignore' src/.gitignore 0
rules "a link to a pipe as .gitignore" 'ln -sf "$box/never" .gitignore' .gitignore 0
rules "a pipe as git's exclude list" 'rm -f .git/info/exclude; mkfifo .git/info/exclude' \
    .git/info/exclude 2
rules "a pipe as git's index" 'rm .git/index; mkfifo .git/index' .git/index 2

mkdir nest && (cd nest && for _ in $(seq 120); do mkdir d && cd d || exit; done && echo end >end)
soon "$drover" run goal
claim "directories nested deeper than any walk goes exit 2" "$status" = 2
claim_has "they are said with a remedy" "$err" "hint: name it in .gitignore"
rm -r nest

# ---- a subdirectory ----
mkdir -p src/deep
echo '{"threads": 1}' >.drover/config.json
cd src/deep || exit
soon "$drover" config --show-origin
claim_has "in a subdirectory the project's configuration counts" "$out" ".drover/config.json"
soon "$drover" agent list
claim_has "in a subdirectory the project's agents are listed" "$out" "fixer"
soon "$drover" run --seed 1 --agent fixer "Fix module beju."
claim "in a subdirectory the run is of the whole repository" "$status" = 0
claims_end
