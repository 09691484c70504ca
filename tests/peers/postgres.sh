#!/usr/bin/env bash
# A PostgreSQL for tests: own data in DIR, loopback only, any free port, no sockets shared with a server that is already here.
# usage: postgres.sh up DIR   prints the administrator's connection string       postgres.sh down DIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
action=${1:?usage: postgres.sh up|down DIR}
home=${2:?usage: postgres.sh up|down DIR}

bin() {
  local candidate
  for candidate in $(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -rV) "$(pg_config --bindir 2> /dev/null || true)" /opt/homebrew/opt/postgresql*/bin; do
    [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ] && printf '%s' "$candidate" && return
  done
  echo "PostgreSQL is missing (Debian: apt-get install postgresql)." >&2
  return 1
}

# The server does not run as root.
as_server() { if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"); else "$@"; fi; }

bin=$(bin)
case $action in
  up)
    mkdir -p "$home"
    chmod 755 "$home"
    [ "$(id -u)" != 0 ] || chown postgres: "$home"
    port=$("$here/free-port.sh")
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    as_server bash -c 'umask 077; printf "%s\n" "$2" > "$1/password"' _ "$home" "$password"
    as_server "$bin/initdb" -D "$home/cluster" -U postgres --pwfile="$home/password" --auth=scram-sha-256 -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=ru-RU > "$home/initdb.log" 2>&1
    # Nothing here outlives the tests, so nothing waits for the disk.
    as_server "$bin/pg_ctl" -D "$home/cluster" -l "$home/server.log" -w -t 60 \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=500 -c fsync=off -c full_page_writes=off -c shared_buffers=128MB" start > "$home/start.log" 2>&1
    printf 'Host=127.0.0.1;Port=%s;Username=postgres;Password=%s;Database=postgres\n' "$port" "$password"
    ;;
  down)
    [ ! -f "$home/cluster/postmaster.pid" ] || as_server "$bin/pg_ctl" -D "$home/cluster" -m immediate -w -t 20 stop > /dev/null 2>&1 || true
    ;;
  *)
    echo "usage: postgres.sh up|down DIR" >&2
    exit 2
    ;;
esac
