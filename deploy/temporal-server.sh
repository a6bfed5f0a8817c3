#!/bin/sh
# The image's own start, with the password of the database from a secret: the image knows only a variable for it.
set -eu

SECRETS="${SECRETS:-/run/secrets}"
[ -s "$SECRETS/temporal_password" ] || { echo 'the secret temporal_password is missing or empty' >&2; exit 1; }
POSTGRES_PWD="$(cat "$SECRETS/temporal_password")"
# It is pasted into the server's configuration between quotation marks.
case "$POSTGRES_PWD" in *[\"\\]*) echo 'the secret temporal_password must be without " and \' >&2; exit 1 ;; esac
export POSTGRES_PWD
exec "${TEMPORAL_ENTRYPOINT:-/etc/temporal/entrypoint.sh}"
