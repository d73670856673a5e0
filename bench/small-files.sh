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

# shellcheck source=bench/copies.bash
. "$here/copies.bash"
make_place small-files "$link"

make_tree() {
  local i directory
  for ((i = 0; i < files; i++)); do
    directory=$work/source/d$((i * directories / files))
    [ -d "$directory" ] || mkdir -p "$directory"
    head -c "$bytes" /dev/urandom >"$directory/f$i"
  done
}

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
  told "$1" "$2" "$begun" "$code"
}

make_tree
start_servers --allow-list
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
