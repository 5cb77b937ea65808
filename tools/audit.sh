#!/usr/bin/env bash
# Whether a version in requirements.txt has a known vulnerability, by the advisories of PyPI: it needs the network.
# Usage: tools/audit.sh FOLDER, where an environment for pip-audit is made.
# Not installed, only looked up: the list is complete. --strict: what cannot be looked up is a failure, too.
set -euo pipefail

root="$(cd "$(dirname "$0")/.." && pwd)"
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --requirement "$root/.github/audit/requirements.txt"
"$1/bin/pip-audit" --requirement "$root/requirements.txt" --no-deps --disable-pip --strict --progress-spinner off
