#!/usr/bin/env bash
# Makes the secrets of docker-compose.yml in deploy/secrets, once; what is there already stays.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
umask 077
mkdir -p secrets
# The containers run under another account than yours, so the files are readable; the directory keeps other people out.
chmod 700 secrets

random_hex() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
random_key() { head -c 32 /dev/urandom | base64; }
keep_or_write() {
  [ -e "secrets/$1" ] || printf '%s\n' "$2" > "secrets/$1"
  chmod 644 "secrets/$1"
}

keep_or_write postgres_password "$(random_hex)"
for room in Chat Requests Patients Gateway Connectors Vault; do
  user=medcrm_$(printf '%s' "$room" | tr '[:upper:]' '[:lower:]')
  keep_or_write "ConnectionStrings__$room" "Host=postgres;Database=$user;Username=$user;Password=$(random_hex)"
done
if [ ! -e secrets/Bus__RabbitMq ]; then
  password=$(random_hex)
  keep_or_write rabbitmq_user.conf "default_user = medcrm"$'\n'"default_pass = $password"
  keep_or_write Bus__RabbitMq "amqp://medcrm:$password@rabbitmq:5672/"
fi
keep_or_write vault_master_key "$(random_key)"
keep_or_write internal_signing_key "$(random_key)"
ls secrets
