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

# shellcheck source=bench/copies.bash
. "$here/copies.bash"
make_place changed-blocks "$link"

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
  told "$1" "$2" "$begun" "$code"
}

age() { # FILE: as it was before
  cp older "$1"
  touch -d 2020-01-01 "$1"
}

cd "$work"
head -c "${megabytes}000000" /dev/urandom >older
cp older image
for ((i = 0; i < changes; i++)); do
  head -c 1000000 /dev/urandom | dd of=image bs=1000000 seek=$((i * megabytes / changes)) conv=notrunc status=none
done
# shellcheck disable=SC2119 # Without options.
start_servers
if [ -z "$peers" ]; then
  peers="ferry whole"
  ! has rsync || peers+=" rsync"
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
