#!/usr/bin/env bash
# All tests. REQUIRE_ALL=1 makes a missing database server or browser an error instead of a notice.
set -euo pipefail
cd "$(dirname "$0")/.."
unset DATABASE_URL DEMO_TODAY
# Compiled tests are kept from part to part and from worker to worker; compiling them takes longer than collecting them.
unset PYTHONDONTWRITEBYTECODE
export DEBUG=on SECRET_KEY=only-for-tests-only-for-tests-only-for-tests
# Which tests go to one worker and in which order: tests/selection.py.
pytest=(.venv/bin/pytest -q -p no:cacheprovider)
workers=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)

absent() {
    echo "NOT TESTED: $1" >&2
    [ -z "${REQUIRE_ALL:-}" ] || exit 1
}

echo "== SQLite"
"${pytest[@]}" -n "$workers" -m "not browser and not rendered" "$@"

echo "== PostgreSQL: the tests that use the database"
if tests/postgresql.sh --available; then
    tests/postgresql.sh "${pytest[@]}" -n "$workers" -m "not browser and not rendered" --database-only "$@"
else
    absent "PostgreSQL is not on this machine."
fi

echo "== Browser"
if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
    "${pytest[@]}" -n "$workers" -m browser "$@"
else
    absent "Chromium is not on this machine."
fi

echo "== Papers, laid out by LibreOffice"
if command -v soffice >/dev/null && command -v pdftotext >/dev/null; then
    "${pytest[@]}" -n 0 -m rendered "$@"
else
    # Not an error even with REQUIRE_ALL: installing it takes minutes (docs/testing.md#papers).
    echo "NOT TESTED: LibreOffice or pdftotext is not on this machine; no paper was laid out." >&2
fi
