#!/usr/bin/env bash
# How long `ferry client --version` and `ferry server --version` take, as ratios to a program that does
# nothing, started with the same options of the virtual machine and an archive of its own classes.
# Usage: bench/start-up.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-31}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./ferry client --version >"$work/version" # builds, and makes the archives

# shellcheck source=bench/empty-program.bash
. bench/empty-program.bash

client() { ./ferry client --version; }
server() { ./ferry server --version; }
plain_client() { java -jar client/target/client.jar --version; }

# Appends the microseconds that the command takes to the file that is named after it.
measure() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$1" >"$work/out"
  echo $((${EPOCHREALTIME/[.,]/} - begin)) >>"$work/$1.us"
}
median() { sort -n "$work/$1.us" | sed -n "$(((rounds + 1) / 2))p"; }

# In turn, so that whatever else the machine does meets all of them.
for ((round = 0; round < rounds; round++)); do
  for command in empty client server plain_client; do measure "$command"; done
done

base=$(median empty)
for command in empty client server plain_client; do
  us=$(median "$command")
  awk -v name="$command" -v us="$us" -v base="$base" \
    'BEGIN { printf "%-13s median %6.1f ms, %.2f x empty\n", name, us / 1000, us / base }'
done
