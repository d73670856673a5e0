#!/usr/bin/env bash
# The largest resident size of both ends while a small and a large file are uploaded over loopback.
# Usage: bench/memory.sh [SMALL_MEBIBYTES [LARGE_MEBIBYTES]]
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
server=
client=
trap 'kill $server $client 2>/dev/null || true; rm -rf "$work"' EXIT

./ferry client --version >"$work/version" # builds what is missing

peak_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status" 2>/dev/null || true; }

upload() {
  head -c "$1M" /dev/urandom >"$work/file"
  mkfifo "$work/listening"
  ./ferry server 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" &
  server=$!
  exec 3<"$work/listening"
  read -r _ _ address _ <&3
  cat <&3 >"$work/server.log" &
  ./ferry client "${address%,}" "$work/file" --quiet &
  client=$!
  local client_kib=0 now
  while now=$(peak_kib "$client") && [ -n "$now" ]; do
    client_kib=$now
    sleep 0.1
  done
  wait "$client"
  client=
  echo "$1 MiB: client $((client_kib / 1024)) MiB, server $(($(peak_kib "$server") / 1024)) MiB"
  kill "$server"
  wait "$server"
  server=
  exec 3<&-
  cmp "$work/file" "$work/root/file"
  rm -r "$work/listening" "$work/root/file"
}

mkdir "$work/root"
for size in "${1:-32}" "${2:-1024}"; do upload "$size"; done
