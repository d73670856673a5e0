#!/usr/bin/env bash
# Wall time and processor time of one upload over the loopback interface by several versions of Ferry in turns: what a change
# costs or gives. Server and client are new in each round, and nothing is tuned. On a busy machine the processor time is
# what can be compared. With TMPDIR=/dev/shm the files are in memory.
# Usage: bench/versions.sh ROUNDS MEBIBYTES OPTIONS DIRECTORY...
#   OPTIONS      of the client, in one word: '--ferry --transport udp', '--ferry --transport tcp', '--lab'
#   DIRECTORY    has the server.jar and client.jar of one version
set -euo pipefail
rounds=$1
mebibytes=$2
read -ra options <<<"$3"
shift 3
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT

head -c "${mebibytes}M" /dev/urandom >"$work/file"
hertz=$(getconf CLK_TCK)
TIMEFORMAT='%R %U %S'

# Appends wall time, and processor time of client and server, to the file of that number.
measure() {
  local number=$1 jars=$2 client_times server_time
  mkdir "$work/root"
  mkfifo "$work/listening"
  java -jar "$jars/server.jar" 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" &
  server=$!
  exec 3<"$work/listening"
  read -r _ _ address _ <&3
  cat <&3 >"$work/server.log" &
  client_times=$({ time java -jar "$jars/client.jar" "${address%,}" "$work/file" stored "${options[@]}" --quiet; } 2>&1)
  server_time=$(awk -v hertz="$hertz" '{ print ($14 + $15) / hertz }' "/proc/$server/stat")
  kill "$server"
  wait "$server"
  server=
  exec 3<&-
  cmp "$work/file" "$work/root/stored"
  rm -r "$work/root" "$work/listening"
  awk -v server="$server_time" '{ print $1, $2 + $3, server, $2 + $3 + server }' <<<"$client_times" | tee -a "$work/$number"
}

median() {
  sort -n -k "$2,$2" "$work/$1" | awk -v column="$2" '
    { value[NR] = $column }
    END { printf "%.2f (%.2f to %.2f)", value[int((NR + 1) / 2)], value[1], value[NR] }'
}

for ((round = 0; round < rounds; round++)); do
  for ((i = 0; i < $#; i++)); do
    # There and back, so that none is always the first.
    number=$((round % 2 ? $# - i : i + 1))
    measure "$number" "${!number}"
  done
done
for ((number = 1; number <= $#; number++)); do
  echo "${!number}: $(median "$number" 1) s; processor: client $(median "$number" 2), server $(median "$number" 3), both $(median "$number" 4)"
done
