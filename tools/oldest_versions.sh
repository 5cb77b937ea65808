#!/usr/bin/env bash
# Make an environment with the oldest versions that pyproject.toml admits: bash tools/oldest_versions.sh FOLDER
# What pyproject.toml names directly is taken at its lower bound; what those need in turn, at its newest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder="${1:?the folder of the new environment}"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet uv
"$folder/bin/uv" pip install --python "$folder/bin/python" --resolution lowest-direct \
    --extra-index-url https://download.pytorch.org/whl/cpu --index-strategy unsafe-best-match \
    --editable '.[chapters,engine,torch,test,cli]'
"$folder/bin/python" -m pip install --quiet ipykernel
