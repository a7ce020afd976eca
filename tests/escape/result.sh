#!/bin/bash
# What an agent leaves in its layers cannot take away the result of its run: the run ends, and diff
# and apply give the rest in seconds. Method: a run whose test command leaves something that whoever
# reads the tree may wait for, fall into or choke on, beside a file that must arrive; the control
# reads it without our precautions.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

repository
# left ID COMMAND CONTROL: after COMMAND the shell command CONTROL fails or takes over 2 seconds
left() {
    rm -rf "$box/control"
    mkdir "$box/control"
    (cd "$box/control" && eval "$2" && ! timeout 2 bash -c "$3") >/dev/null 2>&1
    claim "$1: the control works" $? = 0
    printf 'test:\n\t@sh ./left.sh >/dev/null 2>&1; echo rest >rest; echo "ok src/$(M).c"\n' >Makefile
    printf '%s\n' "$2" >left.sh
    commit "$1"
    run timeout 60 "$drover" run --seed 1 --agent fixer "Fix module beju."
    claim "$1: the run is done" "$status" = 0
    run timeout 60 "$drover" diff --name-only
    claim "$1: the rest is shown" "$status$(grep -c '^rest$' <<<"$out")" = 01
    run timeout 60 "$drover" apply
    claim "$1: the rest is applied" "$status$(cat rest 2>/dev/null)" = 0rest
    rm -rf "$box/control"
    git clean -qfdx -e .drover
    git checkout -q .
}

left "B16 a pipe as .gitignore" 'rm -f .gitignore; mkfifo .gitignore' 'cat .gitignore'
left "B16b a link to a pipe as .gitignore" 'mkfifo p; ln -sf p .gitignore' 'cat .gitignore'
left "B18 a deep tree" \
    'python3 -c "import os
for i in range(2500): os.mkdir(\"d\"); os.chdir(\"d\")"' \
    'ls "$(printf "d/%.0s" $(seq 2500))"'
left "B17 a file of mostly nothing" 'truncate -s 200M nothing' '[ $(wc -c <nothing) -lt 67108864 ]'
claims_end
