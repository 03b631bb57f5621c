#!/usr/bin/env bash
# What can be said about the code without running it for long.
set -euo pipefail
cd "$(dirname "$0")/.."
unset DATABASE_URL DEMO_TODAY
export DEBUG=on SECRET_KEY=only-for-checks-only-for-checks-only-for-checks
PATH="$PWD/.venv/bin:$PATH"
trap 'echo "check: failed at: $BASH_COMMAND" >&2' ERR

ruff format --check -q .
ruff check -q .
djlint templates --check --quiet
djlint templates --lint --quiet
mypy --no-error-summary
lint-imports --no-cache >/dev/null || lint-imports --no-cache
python manage.py makemigrations --check --dry-run -v 0
DEBUG=off ALLOWED_HOSTS=vanguard.example SECRET_KEY=$(head -c 60 /dev/urandom | base64 -w 0) python manage.py check --deploy --fail-level WARNING
pytest -q -p no:cacheprovider tests/test_translations.py tests/test_house.py
echo "check: all well"
