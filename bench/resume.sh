#!/usr/bin/env bash
# How long an upload takes of which most is there: from the resumed start to the first new byte, and in all.
# Usage: bench/resume.sh [GIBIBYTES [GIBIBYTES THERE]]
# The file is sparse, so that the disk counts for little. Compared with reading once what is there, and with an upload of
# the rest alone. Needs as much room in TMPDIR as the file has bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
size=${1:-20} there=${2:-19}
work=$(mktemp -d)
server='' client=''
trap 'kill $server $client 2>/dev/null || true; rm -rf "$work"' EXIT

./ferry client --version >"$work/version" # builds what is missing

start_server() {
  mkfifo "$work/listening"
  ./ferry server 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" &
  server=$!
  exec 3<"$work/listening"
  read -r _ _ address _ <&3
  cat <&3 >"$work/server.log" &
}

blocks_there() { # how many bytes the journal tells of, roughly
  local journal
  for journal in "$work"/root/.ferry-*.journal; do
    if [ -f "$journal" ]; then
      echo $(($(stat -c %s "$journal") * 262144 / 16))
      return
    fi
  done
  echo 0
}

seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f", to - from }'; }

mkdir "$work/root"
truncate -s "${size}G" "$work/file"
truncate -s "$((size - there))G" "$work/rest"
start_server

from=$EPOCHREALTIME
./ferry client "${address%,}" "$work/rest" --quiet
rest=$(seconds "$from" "$EPOCHREALTIME")

./ferry client "${address%,}" "$work/file" --quiet &
client=$!
until [ "$(blocks_there)" -ge $((there << 30)) ]; do sleep 0.05; done
kill "$client"
wait "$client" || true
client=

from=$EPOCHREALTIME
head -c "${there}G" "$work"/root/.ferry-*.part >/dev/null
read=$(seconds "$from" "$EPOCHREALTIME")

from=$EPOCHREALTIME
./ferry client "${address%,}" "$work/file" --quiet --stats "$work/stats.jsonl"
all=$(seconds "$from" "$EPOCHREALTIME")
cmp "$work/file" "$work/root/file"

echo "$size GiB, of which $there GiB are there: $all s; reading $there GiB $read s, uploading the rest alone $rest s"
awk -v there="$((there << 30))" '
  match($0, /"timeNs":[0-9]+/) { time = substr($0, RSTART + 9, RLENGTH - 9) / 1e9 }
  /"minRttNs"/ && !answered { answered = time }
  match($0, /"sentBytes":[0-9]+/) && !sent && substr($0, RSTART + 12, RLENGTH - 12) > 1e6 { sent = time }
  END { printf "the first megabyte was sent %.1f s after the handshake\n", sent - answered }' "$work/stats.jsonl"
