#!/bin/bash
# Goal: .ci/deps lists what is missing and installs it only with leave. Method: the real script with
# a dpkg-query, an apt-get and an id of our own in front of the path.
. "$(dirname "$0")/lib.sh"

fake=$box/fake
mkdir "$fake"
cat >"$fake/dpkg-query" <<'SH'
#!/bin/bash
case ${*: -1} in
libuv1-dev | "$ALSO_MISSING") [ -e "$INSTALLED" ] && echo installed; exit 0 ;;
*) echo installed ;;
esac
SH
cat >"$fake/apt-get" <<'SH'
#!/bin/bash
echo "$*" >>"$INSTALLED.log"
[[ $1 == update ]] || [ -e "$REFUSE" ] || touch "$INSTALLED"
[[ $1 == update ]] || [ ! -e "$REFUSE" ]
SH
printf '#!/bin/bash\necho $WHO\n' >"$fake/id"
printf '#!/bin/bash\n"$@"\n' >"$fake/sudo"
chmod +x "$fake"/*
export PATH=$fake:$PATH INSTALLED=$box/installed REFUSE=$box/refuse ALSO_MISSING=none WHO=1000

run "$root/.ci/deps"
claim "without leave it exits 4" "$status" -eq 4
claim_has "without leave it prints the line to type" "$err" \
    "hint: type: sudo apt-get install -y --no-install-recommends libuv1-dev"
claim "without leave nothing is installed" ! -e "$INSTALLED.log"

DROVER_INSTALL=1 run "$root/.ci/deps"
claim "DROVER_INSTALL=1 is leave" "$status" -eq 0
claim "one line installs what is missing and no more" "$(cat "$INSTALLED.log")" = \
    "install -y --no-install-recommends libuv1-dev"
run "$root/.ci/deps"
claim "it says nothing when all is there" "$status$out$err" = 0

rm "$INSTALLED" "$INSTALLED.log"
WHO=0 ALSO_MISSING=git run "$root/.ci/deps"
claim "root is leave" "$(cat "$INSTALLED.log")" = "install -y --no-install-recommends git libuv1-dev"
rm "$INSTALLED" "$INSTALLED.log"
touch "$REFUSE"
WHO=0 run "$root/.ci/deps"
claim "what cannot be installed exits 4" "$status" -eq 4
claim "stale package lists are renewed once" "$(grep -c '^update' "$INSTALLED.log")" -eq 1
claims_end
