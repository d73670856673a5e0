#!/usr/bin/env bash
# Copies a tree of many small files with Ferry, rsync and tar, both ways, and compares every copy.
# Usage: bench/small-files.sh [-f FILES] [-b BYTES] [-d DIRECTORIES] [-n ROUNDS] [-l LINK] [-p PEERS]
#   -f  files in the tree                                            (default: 2000)
#   -b  bytes of each                                                (default: 4096)
#   -d  directories that they are in                                 (default: 40)
#   -n  rounds; each runs every peer once                            (default: 3)
#   -l  DELAY_MS:LOSS_PERCENT:RATE_MBIT, one way; else loopback      (default: loopback)
#   -p  "ferry rsync tar"; rsync is a daemon with --fsync at the receiver, tar goes through ssh, and is left
#       out where nobody answers there without a password            (default: those that are there)
# The trees are made below TMPDIR: choose a disk, as memory has nothing to flush. With -l it needs root;
# LINK_COMMAND names a command to make the link with, where the kernel has no netem (see compare/link.sh).
# FERRY_HOME names another checkout to be measured. Prints the seconds of each whole command.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=${FERRY_HOME:-$(cd "$here/.." && pwd)}
files=2000 bytes=4096 directories=40 rounds=3 link='' peers=''
while getopts f:b:d:n:l:p: option; do
  case $option in
    f) files=$OPTARG ;; b) bytes=$OPTARG ;; d) directories=$OPTARG ;; n) rounds=$OPTARG ;;
    l) link=$OPTARG ;; p) peers=$OPTARG ;; *) sed -n '2,15p' "$0"; exit 64 ;;
  esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/ferry-small-files.XXXXXX")
link_command=${LINK_COMMAND:-$here/compare/link.sh}
ferry_port=12390 rsync_port=12391
started=()

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
else
  at_client=() at_server=() address=127.0.0.1
fi

make_tree() {
  local i directory
  for ((i = 0; i < files; i++)); do
    directory=$work/source/d$((i * directories / files))
    [ -d "$directory" ] || mkdir -p "$directory"
    head -c "$bytes" /dev/urandom >"$directory/f$i"
  done
}

start_servers() {
  mkdir -p "$work/stored"
  cat >"$work/rsyncd.conf" <<CONFIG
use chroot = no
uid = $(id -u)
gid = $(id -g)
port = $rsync_port
[stored]
path = $work/stored
read only = no
CONFIG
  "${at_server[@]}" "$home/ferry" server "$ferry_port" --root "$work/stored" --allow-list >"$work/server.log" 2>&1 &
  started+=($!)
  if has rsync; then
    "${at_server[@]}" rsync --daemon --no-detach --config="$work/rsyncd.conf" >>"$work/server.log" 2>&1 &
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

has() { command -v "$1" >/dev/null; }

# An rsync that stores flushes by its own option: the daemon by what the client asks of it.
put() {
  case $1 in
    ferry) "$home/ferry" cp source "$address:$ferry_port/" ;;
    rsync) rsync -a --fsync source "rsync://$address:$rsync_port/stored/" ;;
    tar) tar -c source | ssh -o BatchMode=yes "$address" "tar -x -C '$work/stored' && sync -f '$work/stored'" ;;
  esac
}

get() {
  case $1 in
    ferry) "$home/ferry" cp "$address:$ferry_port/source" fetched ;;
    rsync) rsync -a --fsync "rsync://$address:$rsync_port/stored/source" fetched ;;
    tar) ssh -o BatchMode=yes "$address" "tar -c -C '$work/stored' source" | tar -x -C fetched && sync -f fetched ;;
  esac
}

is_there() {
  case $1 in
    ferry) true ;;
    tar) ssh -o BatchMode=yes -o ConnectTimeout=5 "$address" true 2>/dev/null ;;
    *) has "$1" ;;
  esac
}

measured() { # WAY PEER
  local begun=$EPOCHREALTIME code=0
  "${at_client[@]}" bash -c "$(declare -f put get); home='$home' address='$address' ferry_port='$ferry_port' \
    rsync_port='$rsync_port' work='$work'; $1 '$2'" >>"$work/client.log" 2>&1 || code=$?
  awk -v from="$begun" -v to="$EPOCHREALTIME" -v way="$1" -v peer="$2" -v code="$code" \
    'BEGIN { printf "%s\t%s\t%d\t%.2f\n", peer, way, code, to - from }'
}

make_tree
start_servers
cd "$work"
if [ -z "$peers" ]; then
  for peer in ferry rsync tar; do
    ! is_there "$peer" || peers+="$peer "
  done
fi
printf 'peer\tway\texit\tseconds\n'
for ((round = 0; round < rounds; round++)); do
  for peer in $peers; do
    rm -rf stored/source fetched
    mkdir fetched
    sync -f .
    measured put "$peer"
    diff -r source stored/source >/dev/null || echo "$peer: the stored tree differs" >&2
    measured get "$peer"
    diff -r source fetched/source >/dev/null || echo "$peer: the fetched tree differs" >&2
  done
done
