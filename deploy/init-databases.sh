#!/usr/bin/env bash
# Runs once, when the database volume is new: one user and one database per room, each closed to the others.
# The passwords are those inside the connection strings, which the parts read from the same secrets.
set -euo pipefail

password_in() { sed -n 's/.*[Pp]assword=\([^;]*\).*/\1/p' "/run/secrets/$1" | head -n 1; }

for room in chat requests patients gateway connectors vault; do
  secret="ConnectionStrings__${room^}"
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    -v room="medcrm_$room" -v password="$(password_in "$secret")" << 'SQL'
create role :"room" login password :'password';
create database :"room" owner :"room" encoding 'UTF8' locale_provider icu icu_locale 'ru-RU' locale 'C.UTF-8' template template0;
revoke all on database :"room" from public;
SQL
done
