#!/usr/bin/env bash
# A RabbitMQ for tests: own node name, own port, own data in DIR, own name daemon, so that it never meets a broker that is already here.
# usage: rabbitmq.sh up DIR   prints the broker's address       rabbitmq.sh down DIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
action=${1:?usage: rabbitmq.sh up|down DIR}
home=${2:?usage: rabbitmq.sh up|down DIR}

# The packaged wrapper insists on the account rabbitmq; the scripts behind it do not.
scripts=$(ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin /opt/homebrew/opt/rabbitmq/sbin 2> /dev/null | sort -V | tail -n 1 || true)
[ -n "$scripts" ] || { echo "RabbitMQ is missing (Debian: apt-get install rabbitmq-server)." >&2; exit 1; }

load() { set -a; . "$home/env"; set +a; }

case $action in
  up)
    mkdir -p "$home/mnesia" "$home/log" "$home/home"
    port=$("$here/free-port.sh")
    dist=$("$here/free-port.sh")
    epmd=$("$here/free-port.sh")
    printf '[].\n' > "$home/advanced.config"
    printf 'listeners.tcp.1 = 127.0.0.1:%s\nloopback_users.guest = true\ndisk_free_limit.absolute = 50MB\nvm_memory_high_watermark.absolute = 1GB\n' "$port" > "$home/rabbitmq.conf"
    printf '[].\n' > "$home/enabled_plugins"
    cat > "$home/env" << ENV
HOME=$home/home
ERL_EPMD_PORT=$epmd
ERL_EPMD_ADDRESS=127.0.0.1
RABBITMQ_NODENAME=medcrm-$$@localhost
RABBITMQ_DIST_PORT=$dist
RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf
RABBITMQ_ADVANCED_CONFIG_FILE=$home/advanced.config
RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins
RABBITMQ_CONF_ENV_FILE=$home/none
RABBITMQ_MNESIA_BASE=$home/mnesia
RABBITMQ_LOG_BASE=$home/log
RABBITMQ_PID_FILE=$home/pid
ENV
    load
    nohup "$scripts/rabbitmq-server" > "$home/start.log" 2>&1 < /dev/null &
    for _ in $(seq 120); do
      if "$scripts/rabbitmq-diagnostics" --node "$RABBITMQ_NODENAME" --quiet check_port_listener "$port" > /dev/null 2>&1; then
        printf 'amqp://guest:guest@127.0.0.1:%s/\n' "$port"
        exit 0
      fi
      sleep 0.5
    done
    tail -n 20 "$home/start.log" >&2
    exit 1
    ;;
  down)
    [ -f "$home/env" ] || exit 0
    load
    "$scripts/rabbitmqctl" --node "$RABBITMQ_NODENAME" --quiet stop "$home/pid" > /dev/null 2>&1 || true
    # Ours alone: it answers on our own port.
    epmd -kill > /dev/null 2>&1 || true
    ;;
  *)
    echo "usage: rabbitmq.sh up|down DIR" >&2
    exit 2
    ;;
esac
