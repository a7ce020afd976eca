#!/bin/sh
# The shipped model from nothing, in one command: venv, data, training, export, evaluation.
# Usage: train.sh [MINUTES [MODEL.gguf]]   of training (80 by default), from random weights (as the
# shipped one) or from a model's; two cores; gcc and python3-venv are needed.
# A training that was interrupted goes on from its last checkpoint.
# WORK names the directory for everything in between (default: work/ beside this script).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$here/work}
minutes=${1:-80}
start=${2:-}
mkdir -p "$work"
if [ ! -x "$work/venv/bin/python" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install -q -r "$here/requirements.txt"
fi
py=$work/venv/bin/python
export OMP_NUM_THREADS=1

[ -f "$work/data.pkl" ] || "$py" "$here/world.py" "$work/data.pkl" 1 36
"$py" "$here/check.py" "$work/data.pkl"
# The final evaluation's instances, drawn anew under another seed; made beside the training.
[ -f "$work/final.pkl" ] || nice -n 19 "$py" "$here/world.py" "$work/final.pkl" 77 8 &
"$py" "$here/train.py" --minutes "$minutes" --work "$work" --resume ${start:+--start "$start"}
wait
"$py" "$here/export.py" "$work/ckpt.pt" "$work/tokenizer.json" "$here/../drover-mini.gguf" --golden "$here/golden"
"$py" "$here/evaluate.py" "$here/../drover-mini.gguf" --data "$work/final.pkl" --split "$work/data.pkl" --half 1 \
    --seed final --count 60 --modes spoil-0.7,guard-0.7x3,guard-0,plain-0 | tee "$work/evaluation.txt"
