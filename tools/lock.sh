#!/usr/bin/env bash
# Rewrite the lock files: names, versions and hashes only, no addresses. Needs uv on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
flags=(--universal --python-version 3.11 --generate-hashes --no-header --no-annotate
       --no-emit-index-url --no-emit-find-links --quiet)
uv pip compile pyproject.toml "${flags[@]}" -o requirements.lock
uv pip compile pyproject.toml --extra distributed -c requirements.lock "${flags[@]}" -o requirements-distributed.lock
uv pip compile pyproject.toml --extra distributed --group dev -c requirements-distributed.lock "${flags[@]}" -o requirements-dev.lock
if grep -nE '://|^--(index|extra-index|find-links|trusted)| @ ' requirements*.lock; then
    echo "An address got into a lock file." >&2
    exit 1
fi
