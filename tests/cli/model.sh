#!/bin/bash
# The model commands as issue 2 words them: tokenize, eval, render, bench, info, verify; and what a
# hostile file gets: a line, a hint, exit 4. Method: the shipped model, and copies of it that are cut
# or whose header has absurd values; tests/cli/vectors.sh compares numbers where the vectors are.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

run "$drover" model info "$model"
claim "info exits 0" "$status" = 0
claim_has "info names the architecture" "$out" "deepseek2"
run "$drover" model info --json "$model"
vocabulary=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["vocabulary"])' <<<"$out")
claim "info --json is JSON" "$vocabulary" -gt 0
run "$drover" model verify "$model"
claim "verify exits 0" "$status" = 0

# ---- tokenize, eval ----
echo "int main(void) { return 0; }" >text
run "$drover" model tokenize "$model" --file text
claim "tokenize prints ids on one line" -n "$(grep -E '^[0-9]+( [0-9]+)*$' <<<"$out")"
from_file=$out
run bash -c '"$1" model tokenize "$2" <text' - "$drover" "$model"
claim "tokenize reads stdin alike" "$out" = "$from_file"
echo "$from_file" >ids
for chunk in 1 3 1000; do
    run "$drover" model eval "$model" --tokens ids --logits "logits$chunk" --chunk $chunk --threads 1
    claim "eval --chunk $chunk exits 0" "$status" = 0
done
rows=$(wc -w <ids)
claim "eval writes float32 row by row" "$(stat -c %s logits1)" = $((rows * vocabulary * 4))
cmp -s logits1 logits3 && cmp -s logits1 logits1000
claim "eval's bits do not depend on the chunk" $? = 0
echo "1 99999999" >ids
run "$drover" model eval "$model" --tokens ids --logits logits
claim "an id past the vocabulary exits 2" "$status" = 2
claim_has "it is named" "$err" 99999999

# ---- render, bench ----
echo '{"messages": [{"role": "user", "content": "hi <|im_end|>"}]}' >talk.json
run "$drover" model render --dialect qwen3 --conversation talk.json
claim "render exits 0" "$status" = 0
claim_has "render writes the family's markers" "$out" "<|im_start|>user"
run "$drover" model render --dialect nonsense --conversation talk.json
claim "an unknown dialect exits 2" "$status" = 2
claim_has "the hint names those there are" "$err" "glm-4.7"
claim_has "to the last of the list" "$err" "lfm2"
run "$drover" model bench "$model" -p 32 -n 4 -b 2 --json
claim "bench has the keys of the issue" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
keys = ["prefill_tokens_per_s", "decode_tokens_per_s", "bytes_per_token", "read_bandwidth_gb_per_s"]
print(all(d[k] > 0 for k in keys))' <<<"$out")" = True
run "$drover" model bench "$model" -p 32 -n 4 -b 3 -d 300 --shared 300 --json
claim "bench reads a shared prefix in both forms" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
print(d["decode_tokens_per_s"] > 0 and d["decode_expanded_tokens_per_s"] > 0)' <<<"$out")" = True
run "$drover" model bench "$model" -p 32 -n 4 -b 3 -d 300 --shared 300
claim_has "and says how much of it is read expanded" "$out" "256 positions of everybody read expanded"
run "$drover" model bench "$model" -p 32 -n 4 -d 64 --against 300 --json
claim "bench decodes at two depths in turns" "$(python3 -c '
import json, sys
d = json.load(sys.stdin)
print(all(x > 0 for x in d["step_ms"] + d["against_step_ms"]))' <<<"$out")" = True
run "$drover" model bench "$model" -p 32 -n 4 -d 300 --against 64 --shared 128
claim "which is not measured together with a shared prefix" "$status" = 2

# ---- ppl ----
run "$drover" model ppl "$model" text
claim "ppl exits 0" "$status" = 0
claim "it prints a perplexity" -n "$(grep -E '^perplexity f16 +[0-9]+\.[0-9]{4}$' <<<"$out")"
claim "and one of a cache in int8, beside it" -n \
    "$(grep -E '^perplexity q8 +[0-9]+\.[0-9]{4}  \([+-][0-9]+\.[0-9]{3} %\)$' <<<"$out")"
echo '+,-./0123456789' >short
run "$drover" model ppl "$root/tests/fuzz/corpus/gguf/llama" short
claim_has "a cache format that a model cannot have is no figure" "$out" "q8 keeps f16"
run "$drover" model ppl "$model" no-such-file
claim "a missing text exits 2" "$status" = 2

# ---- hostile files ----
python3 - "$drover" "$model" >"$box/hostile" <<'P'
import random, subprocess, sys
drover, path = sys.argv[1:]
whole = open(path, "rb").read()
random.seed(1)
bad = []
def look(what, data):
    open("x.gguf", "wb").write(data)
    p = subprocess.run([drover, "model", "info", "x.gguf"], capture_output=True, timeout=60)
    lines = p.stderr.decode(errors="replace").splitlines()
    good = p.returncode == 0 and what.startswith("flip") or (
        p.returncode == 4 and not p.stdout and len(lines) == 2 and
        lines[0].startswith("error: ") and lines[1].startswith("hint: "))
    if not good:
        bad.append(f"{what}: {p.returncode} {lines[:3]}")
head = 60000
for at in sorted(random.sample(range(0, head), 60)) + [0, 1, 4, 8, 12, 16, 23, 24, len(whole) - 1]:
    look(f"cut at {at}", whole[:at])
for field, at in (("version", 4), ("tensors", 8), ("keys", 16)):
    for value in (0, 0xffffffff, 0x7fffffffffffffff, 0xffffffffffffffff):
        size = 4 if field == "version" else 8
        look(f"{field} {value:x}", whole[:at] + (value & (256 ** size - 1)).to_bytes(size, "little") + whole[at + size:])
for k in range(150):
    at = random.randrange(24, head)
    look(f"flip at {at}", whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1:])
for k in range(60):
    at = random.randrange(24, head)
    look(f"flip8 at {at}", whole[:at] + b"\xff" * 8 + whole[at + 8:])
print("bad", len(bad), *bad[:5], sep="\n")
P
claim "files that are cut or absurd give a line and exit 4, never a crash" \
    "$(sed -n 2p "$box/hostile")" = 0
sed -n '3,$p' "$box/hostile"
claims_end
