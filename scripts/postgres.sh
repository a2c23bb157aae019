# Sourced: a PostgreSQL server for one test run, in a throw-away folder, on a private port, gone afterwards.
# shellcheck shell=bash

POSTGRES_FOLDER=

# postgres_programs: prints the folder of the newest PostgreSQL (15 or later) on this machine.
postgres_programs() {
  local version
  for version in 19 18 17 16 15; do
    if [ -x "/usr/lib/postgresql/$version/bin/initdb" ]; then
      printf '/usr/lib/postgresql/%s/bin\n' "$version"
      return 0
    fi
  done
  if command -v initdb >/dev/null 2>&1 && initdb --version | grep -qE ' (1[5-9]|[2-9][0-9])'; then
    dirname "$(command -v initdb)"
    return 0
  fi
  return 1
}

need_postgres() {
  local package
  postgres_programs >/dev/null && return 0
  package=$(first_offered postgresql-15 postgresql-17 postgresql) || package=postgresql-15
  need_packages "PostgreSQL for the tests" 300 "$package"
  postgres_programs >/dev/null || stop "PostgreSQL was installed, but its programs were not found in /usr/lib/postgresql." \
    "Put initdb and pg_ctl of PostgreSQL 15 or later on the PATH, then start again."
}

# The server refuses to run as root; then it runs as the user that Debian's package made.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    "$@"
  fi
}

# free_port: a port of this machine on which nobody answers.
free_port() {
  local port try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return 0
    fi
  done
  stop "no free port was found after $try tries." "See what listens on this machine: ss -ltn"
}

# A run that was killed cannot clean up: the next one does it.
clear_abandoned_postgres() {
  local folder owner
  for folder in "${TMPDIR:-/tmp}"/rapport-postgres.*; do
    [ -d "$folder" ] && [ -O "$folder" ] || continue
    owner=${folder##*rapport-postgres.}
    owner=${owner%%.*}
    kill -0 "$owner" 2>/dev/null && continue
    POSTGRES_FOLDER=$folder
    stop_postgres
  done
}

# start_postgres [--durable]: exports RAPPORT_TEST_POSTGRES, the address of an empty database whose user may create others.
# Without --durable nothing is flushed to disk: tests are quicker, and a power cut of the machine may spoil the server.
start_postgres() {
  local bin port password try settings log=$TARGET/logs/postgres.log
  need_postgres
  clear_abandoned_postgres
  need_disk "${TMPDIR:-/tmp}" 500 "the test database"
  bin=$(postgres_programs)
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  POSTGRES_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/rapport-postgres.$$.XXXXXX")
  mkdir -p "$POSTGRES_FOLDER/run" "$TARGET/logs"
  printf '%s\n' "$password" >"$POSTGRES_FOLDER/password"
  # The outer folder stays with whoever started this, so that only they can remove it.
  chmod 711 "$POSTGRES_FOLDER"
  if [ "$(id -u)" -eq 0 ]; then
    mkdir "$POSTGRES_FOLDER/data"
    chown -R postgres "$POSTGRES_FOLDER/run" "$POSTGRES_FOLDER/data" "$POSTGRES_FOLDER/password"
  fi
  # A linguistic default order, as most installations have it: a query that forgot to name its order fails here.
  as_postgres "$bin/initdb" --pgdata="$POSTGRES_FOLDER/data" --username=rapport --pwfile="$POSTGRES_FOLDER/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en --no-sync >"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; stop "PostgreSQL could not make its folder." "The whole story: $log"; }
  settings="-c listen_addresses=127.0.0.1 -c max_connections=200 -c unix_socket_directories=$POSTGRES_FOLDER/run"
  # Test databases are many and small: no time is spent on bringing them up to date in the background.
  settings+=" -c shared_buffers=128MB -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
  [ "${1:-}" = --durable ] || settings+=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  for try in 1 2 3 4 5; do
    port=$(free_port)
    if as_postgres "$bin/pg_ctl" --pgdata="$POSTGRES_FOLDER/data" --wait --timeout=60 --silent \
      --options="$settings -p $port" --log="$POSTGRES_FOLDER/run/server.log" start >>"$log" 2>&1; then
      export RAPPORT_TEST_POSTGRES="postgres://rapport:$password@127.0.0.1:$port/postgres"
      say "PostgreSQL answers on port $port ($("$bin/postgres" --version | grep -oE "[0-9]+\.[0-9]+" | head -n 1), ${1:-quick, not durable})"
      return 0
    fi
  done
  tail -n 5 "$POSTGRES_FOLDER/run/server.log" >&2 || true
  stop "PostgreSQL did not start in $try tries." "Its words are above."
}

stop_postgres() {
  [ -n "$POSTGRES_FOLDER" ] || return 0
  local bin
  if [ -d "$POSTGRES_FOLDER/data" ] && bin=$(postgres_programs); then
    as_postgres "$bin/pg_ctl" --pgdata="$POSTGRES_FOLDER/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
  fi
  rm -rf "$POSTGRES_FOLDER"
  POSTGRES_FOLDER=
  unset RAPPORT_TEST_POSTGRES
}
