#!/bin/sh
# Runs once and ends: makes two users and three databases, each user the owner of its own, and sets their passwords to what
# the secrets say now (which is how one is changed). Needs PGHOST, PGUSER; SECRETS is the folder of the secrets.
set -eu

SECRETS="${SECRETS:-/run/secrets}"
secret() {
  [ -s "$SECRETS/$1" ] || { echo "the secret $1 is missing or empty ($SECRETS/$1)" >&2; exit 1; }
  cat "$SECRETS/$1"
}
PGPASSWORD="$(secret postgres_password)"
TEMPORAL_PASSWORD="$(secret temporal_password)"
ROLLOUT_PASSWORD="$(secret rollout_password)"
export PGPASSWORD TEMPORAL_PASSWORD ROLLOUT_PASSWORD

# psql reads the passwords from its environment: arguments could be seen in a list of processes.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=on --dbname postgres <<'SQL'
\set temporal_password `printf %s "$TEMPORAL_PASSWORD"`
\set rollout_password `printf %s "$ROLLOUT_PASSWORD"`
select 'create role temporal login' where not exists (select from pg_roles where rolname = 'temporal') \gexec
select 'create role rollout login' where not exists (select from pg_roles where rolname = 'rollout') \gexec
alter role temporal password :'temporal_password';
alter role rollout password :'rollout_password';
select format('create database %I owner %I', name, owner)
  from (values ('temporal', 'temporal'), ('temporal_visibility', 'temporal'), ('rollout', 'rollout')) as wanted (name, owner)
  where not exists (select from pg_database where datname = name) \gexec
revoke connect on database temporal, temporal_visibility, rollout from public;
SQL
echo 'databases temporal, temporal_visibility and rollout are there'
