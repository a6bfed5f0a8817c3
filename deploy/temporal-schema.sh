#!/bin/sh
# Runs once and ends: brings the tables of Temporal to the version of this temporal-sql-tool. Run it before a newer server.
# Needs SQL_HOST, SQL_PORT, SQL_USER, SQL_PLUGIN; SECRETS is the folder of the secrets.
set -eu

SECRETS="${SECRETS:-/run/secrets}"
[ -s "$SECRETS/temporal_password" ] || { echo 'the secret temporal_password is missing or empty' >&2; exit 1; }
SQL_PASSWORD="$(cat "$SECRETS/temporal_password")"
export SQL_PASSWORD

for pair in temporal:temporal temporal_visibility:visibility; do
  database="${pair%%:*}"
  # Neither changes what is there already: 0.0 is only written into an empty database, and steps are counted from what is.
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/${pair#*:}"
done
