#!/usr/bin/env bash
# What short uploads cost: the whole command `ferry client` for 10 kB and 1 MB over the loopback interface, as a ratio to a
# program that does nothing, started with the same options of the virtual machine and an archive of its own classes; and in
# round trips more than that through the lossy proxy with a delay, with a server that is remembered and without.
# Usage: bench/short.sh [ROUNDS [DELAY_MS]]    the delay of each direction
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-15}
delay_ms=${2:-50}
work=$(mktemp -d)
pids=()
clean_up() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT

./ferry client --version >"$work/version" # builds, and makes the archives
./mvnw -q -DskipTests -pl lossy-proxy -am package

# shellcheck source=bench/empty-program.bash
. bench/empty-program.bash

# Starts a program that prints "listening on ADDRESS," first, and sets address.
listen() {
  mkfifo "$work/listening"
  "$@" >"$work/listening" 2>"$work/log" &
  pids+=($!)
  exec 3<"$work/listening"
  read -r _ _ address _ <&3
  address=${address%,}
  cat <&3 >/dev/null &
  exec 3<&-
  rm "$work/listening"
}
mkdir "$work/root"
listen ./ferry server 0 --bind 127.0.0.1 --root "$work/root"
server=$address
listen java -jar lossy-proxy/target/lossy-proxy.jar 0 "$server" --bind 127.0.0.1 --delay "${delay_ms}ms"
proxy=$address
head -c 10000 /dev/urandom >"$work/10kB"
head -c 1000000 /dev/urandom >"$work/1MB"

export XDG_CACHE_HOME=$work/cache
put() { ./ferry client "$@" --quiet; }
near() { put "$server" "$work/$1" stored --no-path-cache; }
near_known() { put "$server" "$work/$1" stored; }
far() { put "$proxy" "$work/$1" stored --no-path-cache; }
far_known() { put "$proxy" "$work/$1" stored; }

# Appends the microseconds that the command takes to the file that is named after it.
measure() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@"
  echo $((${EPOCHREALTIME/[.,]/} - begin)) >>"$work/$1-${2:-}.us"
}
median() { sort -n "$work/$1-${2:-}.us" | sed -n "$(((rounds + 1) / 2))p"; }

# Compiles what the server needs, and leaves what is known of both paths.
for size in 10kB 1MB; do
  for ((i = 0; i < 5; i++)); do
    near_known "$size"
    far_known "$size"
  done
done
# In turn, so that whatever else the machine does meets all of them.
for ((round = 0; round < rounds; round++)); do
  measure empty
  for size in 10kB 1MB; do
    for command in near near_known far far_known; do measure "$command" "$size"; done
  done
done

base=$(median empty)
awk -v us="$base" 'BEGIN { printf "empty program                        %7.1f ms\n", us / 1000 }'
for size in 10kB 1MB; do
  for command in near near_known; do
    awk -v name="$size $command" -v us="$(median "$command" "$size")" -v base="$base" \
      'BEGIN { printf "%-36s %7.1f ms, %.2f x empty\n", name, us / 1000, us / base }'
  done
  for command in far far_known; do
    awk -v name="$size $command" -v us="$(median "$command" "$size")" -v near="$(median "near${command#far}" "$size")" \
      -v rtt="$((delay_ms * 2000))" \
      'BEGIN { printf "%-36s %7.1f ms, %.2f round trips more\n", name, us / 1000, (us - near) / rtt }'
  done
done
