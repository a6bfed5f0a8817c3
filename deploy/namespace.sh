#!/bin/sh
# Runs once and ends: makes the namespace with its retention, and the search attributes of a release
# (src/domain/search-attributes.ts). What is there already stays. Needs TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RETENTION.
set -eu

attempts=0
until temporal operator cluster health >/dev/null 2>&1; do
  attempts=$((attempts + 1))
  if [ "$attempts" -ge 60 ]; then
    temporal operator cluster health
    exit 1
  fi
  sleep 2
done

# A namespace that is new is not known to every part of a server at once.
tries() {
  attempts=0
  until "$@"; do
    attempts=$((attempts + 1))
    if [ "$attempts" -ge 15 ]; then return 1; fi
    sleep 2
  done
}

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  tries temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
else
  tries temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi
tries temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name WeappAppId --type Keyword \
  --name WeappVersion --type Keyword \
  --name ReleasePhase --type Keyword \
  --name GrayPercentage --type Int \
  --name ReleasePaused --type Bool \
  --name ReleaseAttention --type Bool \
  --name ReleaseOutcome --type Keyword
