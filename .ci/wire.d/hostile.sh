#!/usr/bin/env bash
# `fvprov serve` with hostile clients: spellings of names that leave the tree, names that no phone uses, forged TFTP
# requests, and files that are rewritten while they are downloaded.
# needs: python3
set -euo pipefail
cd "$WORK"
python3 "$(dirname "$0")/hostile.py" "$@"
