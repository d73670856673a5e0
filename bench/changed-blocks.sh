#!/usr/bin/env bash
# Copies a large file of which the receiver has an older version with Ferry and rsync, both ways.
# Usage: bench/changed-blocks.sh [-m MB] [-c CHANGES] [-l LINK] [-p PEERS]
#   -m  the size of the file                                          (default: 500)
#   -c  places at which a megabyte has changed                        (default: 5)
#   -l  DELAY_MS:LOSS_PERCENT:RATE_MBIT, one way; else loopback       (default: loopback)
#   -p  "ferry whole rsync"; whole is Ferry with --whole-file, rsync is a daemon (default: those that are there)
# The files are made below TMPDIR. With -l it needs root; LINK_COMMAND names a command to make the link with,
# where the kernel has no netem (see compare/link.sh). FERRY_HOME names another checkout to be measured.
# Prints the seconds of each whole command, and compares every copy.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${FERRY_HOME:-$(cd "$here/.." && pwd)}
megabytes=500 changes=5 link='' peers=''
while getopts m:c:l:p: option; do
  case $option in
    m) megabytes=$OPTARG ;; c) changes=$OPTARG ;; l) link=$OPTARG ;; p) peers=$OPTARG ;;
    *) sed -n '2,11p' "$0"; exit 64 ;;
  esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/ferry-changed-blocks.XXXXXX")
link_command=${LINK_COMMAND:-$here/compare/link.sh}
ferry_port=12390 rsync_port=12391
started=() at_client=() at_server=() address=127.0.0.1

clean_up() {
  local pid
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  [ -z "$link" ] || $link_command down >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

if [ -n "$link" ]; then
  IFS=: read -r delay loss rate <<<"$link"
  # As much queue as the path holds in a round trip.
  $link_command up "$delay" "$loss" 1 "$rate" $((delay * rate * 250)) 1
  at_client=(ip netns exec ferry-a) at_server=(ip netns exec ferry-b) address=10.201.0.2
fi

start_servers() {
  cat >rsyncd.conf <<CONFIG
use chroot = no
uid = $(id -u)
gid = $(id -g)
port = $rsync_port
[stored]
path = $work/stored
read only = no
CONFIG
  "${at_server[@]}" "$home/ferry" server "$ferry_port" --root stored >server.log 2>&1 &
  started+=($!)
  if command -v rsync >/dev/null; then
    "${at_server[@]}" rsync --daemon --no-detach --config=rsyncd.conf >>server.log 2>&1 &
    started+=($!)
  fi
  local i
  for ((i = 0; i < 600; i++)); do
    if "${at_server[@]}" ss -Hlnu "sport = :$ferry_port" | grep -q .; then
      return
    fi
    sleep 0.1
  done
  echo "the server does not start" >&2
  exit 1
}

copy() { # PEER FROM TO
  case $1 in
    ferry) "${at_client[@]}" "$home/ferry" cp "$2" "$3" ;;
    whole) "${at_client[@]}" "$home/ferry" cp --whole-file "$2" "$3" ;;
    rsync) "${at_client[@]}" rsync -a --no-whole-file "$2" "$3" ;;
  esac
}

remote() { # PEER
  case $1 in
    rsync) echo "rsync://$address:$rsync_port/stored/image" ;;
    *) echo "$address:$ferry_port/image" ;;
  esac
}

measured() { # WAY PEER FROM TO
  local begun=$EPOCHREALTIME code=0
  copy "$2" "$3" "$4" >>client.log 2>&1 || code=$?
  awk -v from="$begun" -v to="$EPOCHREALTIME" -v way="$1" -v peer="$2" -v code="$code" \
    'BEGIN { printf "%s\t%s\t%d\t%.2f\n", peer, way, code, to - from }'
}

age() { # FILE: as it was before
  cp older "$1"
  touch -d 2020-01-01 "$1"
}

cd "$work"
mkdir stored
head -c "${megabytes}000000" /dev/urandom >older
cp older image
for ((i = 0; i < changes; i++)); do
  head -c 1000000 /dev/urandom | dd of=image bs=1000000 seek=$((i * megabytes / changes)) conv=notrunc status=none
done
start_servers
if [ -z "$peers" ]; then
  peers="ferry whole"
  ! command -v rsync >/dev/null || peers+=" rsync"
fi
printf 'peer\tway\texit\tseconds\n'
for peer in $peers; do
  age stored/image
  measured put "$peer" image "$(remote "$peer")"
  cmp image stored/image
  age fetched
  measured get "$peer" "$(remote "$peer")" fetched
  cmp image fetched
done
