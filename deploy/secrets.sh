#!/bin/sh
# Makes the secrets that docker-compose.yml names and that nobody else gives you: deploy/secrets.sh [FOLDER]
# A file that is there stays as it is. What WeChat and your platform give you is put into FOLDER/wechat by you.
set -eu

folder="${1:-secrets}"
mkdir -p "$folder/wechat"
# The folder keeps others on this machine out; the files must be readable by whoever a container runs as.
chmod 700 "$folder"
chmod 755 "$folder/wechat"

write() { # NAME CONTENT
  if [ -s "$folder/$1" ]; then
    echo "$folder/$1 stays"
  else
    printf '%s\n' "$2" > "$folder/$1"
    echo "$folder/$1 made"
  fi
  chmod 444 "$folder/$1"
}

write postgres_password "$(openssl rand -hex 32)"
write temporal_password "$(openssl rand -hex 32)"
write rollout_password "$(openssl rand -hex 32)"
write database_url "postgres://rollout:$(cat "$folder/rollout_password")@postgres:5432/rollout"
write store_key "$(openssl rand -base64 32)"
# With this the API vouches for approvers (docs/identities.md); workers know its public half alone.
write api_key "$(openssl genpkey -algorithm ed25519)"
write api_public_key "$(openssl pkey -in "$folder/api_key" -pubout)"
