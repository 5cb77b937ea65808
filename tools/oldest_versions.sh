#!/usr/bin/env bash
# Make an environment with the oldest versions that pyproject.toml admits: bash tools/oldest_versions.sh FOLDER
# What pyproject.toml names directly is taken at its lower bound; what those need in turn, at its newest.
# torch is then PyPI's build with CUDA, some gigabytes: 2.5.0+cpu is not the oldest, since 2.5.0 counts as older.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder="${1:?the folder of the new environment}"
python3 -m venv "$folder"
"$folder/bin/python" -m pip install --quiet uv
"$folder/bin/uv" pip install --python "$folder/bin/python" --resolution lowest-direct \
    --editable '.[chapters,engine,torch,test,cli]'
"$folder/bin/python" -m pip install --quiet ipykernel
