#!/usr/bin/env bash
# Run a command against a throw-away PostgreSQL cluster on a free loopback port; --available asks whether one can be had.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin /usr/local/pgsql/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(pg_config --bindir 2>/dev/null || true)
if [ "${1:-}" = --available ]; then
    [ -n "$bin" ] && [ -x "$bin/initdb" ]
    exit
fi

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# In memory where there is room for it: the cluster is thrown away.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1 || echo 0)
home=$(mktemp -d "$([ "$room" -gt 4000000 ] && echo /dev/shm || echo /tmp)/vanguard-postgresql-XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then # initdb refuses to run as root
    chown postgres "$home"
    as=(runuser -u postgres --)
fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$home"' EXIT

# Autovacuum would look at tables between tests, count no rows in them, and have the next test's queries planned for none.
settings="-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0"
settings+=" -c autovacuum=off -c checkpoint_timeout=1h -c shared_buffers=256MB -c max_connections=200"
"${as[@]}" "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$home/data" -w -l "$home/log" -o "-k $home -h 127.0.0.1 -p $port $settings" start >/dev/null
DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres" DATABASE_POOL_MAX=0 "$@"
