#!/usr/bin/env bash
# Tries a command of the README as a new user would: in a fresh clone of the last commit, with an empty home.
#   scripts/fresh.sh                      npm ci && npm test
#   scripts/fresh.sh 'npm ci && npm start'
# FRESH_KEEP=1 keeps the folder. Only PATH and what a package index needs are taken from this environment.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/tuning-fork-fresh-XXXXXX")
[ -n "${FRESH_KEEP:-}" ] || trap 'rm -rf "$folder"' EXIT
git clone --quiet "$project" "$folder/tuning-fork"
mkdir "$folder/home"
kept=()
for name in PATH LANG TMPDIR SSL_CERT_FILE NODE_EXTRA_CA_CERTS HTTPS_PROXY HTTP_PROXY NO_PROXY \
  PIP_INDEX_URL PIP_CERT PIP_FIND_LINKS NPM_CONFIG_REGISTRY; do
  [ -z "${!name:-}" ] || kept+=("$name=${!name}")
done
cd "$folder/tuning-fork"
start=$SECONDS
status=0
env -i HOME="$folder/home" "${kept[@]}" bash -c "${1:-npm ci && npm test}" || status=$?
echo "fresh: exit code $status after $((SECONDS - start)) s${FRESH_KEEP:+, in $folder}"
exit "$status"
