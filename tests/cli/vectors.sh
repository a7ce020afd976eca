#!/bin/bash
# Goal: the engine, the tokenizers and the dialects agree with what the public reference
# implementations print. Method: ../shared/tools/check-vectors.py over build/drover, a claim a case;
# skipped, visibly, where the reference vectors are not beside the project.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
check=../shared/tools/check-vectors.py
if [ ! -f "$check" ]; then
    echo "skip reference vectors: $check is not there"
    exit 0
fi
DROVER=${BUILD:-build}/drover python3 "$check" arch tokenizer dialect
