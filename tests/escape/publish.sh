#!/bin/bash
# Family F of the escape corpus, "write now, run later outside": what an agent leaves in its workspace
# for git, or as a link, does not reach the user's, and what other programs obey is named. Method: a
# run whose test command plays each trick, then apply; the control plays the same trick in a clone,
# where it must work.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

repository
mkdir sub
echo sub >sub/file
commit sub
echo "root of the secret" >"$box/secret"
export secret=$box/secret mark=$box/mark
gitdir() { # DIR: a repository by its shape, whose config names a program
    printf '%s' "mkdir -p $1/objects $1/refs && touch $1/objects/x $1/refs/x && echo 'ref: refs/heads/main' >$1/HEAD && printf '[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n\\tworktree = ..\\n\\tfsmonitor = \"echo >$mark; false\"\\n' >$1/config"
}
ran() { # DIR: git status there runs somebody's program
    rm -f "$mark"
    (cd "$1" 2>/dev/null && git status >/dev/null 2>&1)
    [ -e "$mark" ]
}
# trick ID COMMAND WORKS: after COMMAND the shell command WORKS succeeds in the control's tree
trick() {
    local id=$1 command=$2 works=$3
    rm -rf "$box/control" "$mark"
    git clone -q . "$box/control"
    (cd "$box/control" && eval "$command" && eval "$works") >/dev/null 2>&1
    claim "$id: the control works" $? = 0
    printf 'test:\n\t@sh ./trick.sh >/dev/null 2>&1; echo "ok src/$(M).c"\n' >Makefile
    printf '%s\n' "$command" >trick.sh
    commit "$id"
    rm -f "$mark"
    "$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1
    run "$drover" apply
    claim "$id: the rest is applied" "$status" = 0
    rm -f "$mark"
    (eval "$works") >/dev/null 2>&1
    claim "$id: it does not reach the user" $? != 0
    git clean -qfdx -e .drover
    git checkout -q .
}

hook="mkdir -p .git/hooks && printf '#!/bin/sh\\necho >$mark\\n' >.git/hooks/pre-commit && chmod 755 .git/hooks/pre-commit"
trick "F01 a hook" "$hook" \
    'git -c user.name=t -c user.email=t@localhost commit -q --allow-empty -m x; [ -e "$mark" ]'
trick "F02 a program in git's configuration" "git config core.fsmonitor 'echo >$mark; false'" 'ran .'
trick "F03 an exclude list of git's own" "mkdir -p .git/info && echo '*' >>.git/info/exclude" \
    'echo x >fresh; git check-ignore -q fresh'
trick "F04 a repository by its shape" "$(gitdir sub)" 'ran sub'
trick "F04b a repository by its shape, new and deep" "$(gitdir new/deep)" 'ran new/deep'
trick "F05 a .git file in a directory" "$(gitdir sub/x) && echo 'gitdir: x' >sub/.git" 'ran sub'
trick "F05b .git in capitals" "mkdir sub/.GIT && echo x >sub/.GIT/config" '[ -e sub/.GIT/config ]'
trick "F05c .git with a mark that some file systems drop" \
    "mkdir \"\$(printf 'sub/.g\\342\\200\\214it')\" && echo x >\"\$(printf 'sub/.g\\342\\200\\214it/config')\"" \
    'ls sub/.g*it/config'
for name in 'git~1' '.git ' '.git.' '.git::$INDEX_ALLOCATION'; do
    trick "B09 '$name', which other systems take for .git" \
        "mkdir 'sub/$name' && echo x >'sub/$name/config'" "[ -e 'sub/$name/config' ]"
done
trick "B07 .git as a link" "mkdir -p elsewhere && ln -s ../elsewhere sub/.git" '[ -L sub/.git ]'
trick "B08 git's own directory under another name" \
    "cp -r .git moved && git config -f moved/config core.worktree .. && git config -f moved/config core.fsmonitor 'echo >$mark; false'" \
    'ran moved'
trick "F07 git's directory moved off" "git init -q --separate-git-dir=meta sub" 'ran sub || [ -e sub/.git ]'
trick "F20 a link to a secret" "ln -s '$secret' link" 'grep -q secret link'
trick "F20b a link that climbs" "ln -s ../secret link" 'grep -q secret link'
trick "F20c a link that climbs behind another link" "ln -s . a; ln -s a/a/../secret link" 'grep -q secret link'
trick "F20d a link that climbs from a directory" "ln -s ../sub/../../secret sub/link" 'grep -q secret sub/link'
trick "F20e a program with the rights of its owner" "cp /bin/true tool && chmod 6755 tool" '[ -u tool ] || [ -g tool ]'

# What other programs obey by themselves is applied like any change, but never without a word.
cat >trick.sh <<'S'
mkdir -p sub/.vscode .drover && echo x >sub/.vscode/tasks.json && echo x >.envrc && echo x >AGENTS.md
echo x >.drover/config.json && echo x >sub/x.pth && echo x >envrc && echo x >pth
mkdir many && for i in $(seq 30); do mkfifo many/$i; done
S
printf 'test:\n\t@sh ./trick.sh >/dev/null 2>&1; echo "ok src/$(M).c"\n' >Makefile
commit obeyed
"$drover" run --seed 1 --agent fixer "Fix module beju." >/dev/null 2>&1
for verb in "diff --stat" apply; do
    # shellcheck disable=SC2086
    run "$drover" $verb
    claim "F10 $verb says who obeys a new file" "$(grep -c ' is obeyed by ' <<<"$err")" = 5
    for file in sub/.vscode/tasks.json .envrc AGENTS.md .drover/config.json sub/x.pth; do
        claim_has "F10 $verb names '$file'" "$err" "'$file' is obeyed by "
    done
    claim "B16 $verb does not name every one of many pipes" "$(grep -c "left out: '" <<<"$err")" = 20
    claim_has "B16 but counts them" "$err" "left out: 10 more"
done
claims_end
