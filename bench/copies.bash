# shellcheck shell=bash
# What the comparisons of copies with rsync have in common: a place, maybe a link, a Ferry server and an rsync daemon
# over the directory "stored" of that place. To be sourced, with "here" and "home" set.
# shellcheck disable=SC2034,SC2154 # Variables are shared with the script that sources this.

ferry_port=12390 rsync_port=12391
started=() at_client=() at_server=() address=127.0.0.1
link_command=${LINK_COMMAND:-$here/compare/link.sh}

clean_up() {
  local pid
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  [ -z "$link" ] || $link_command down >/dev/null 2>&1 || true
  rm -rf "$work"
}

make_place() { # NAME DELAY_MS:LOSS_PERCENT:RATE_MBIT, or nothing for the loopback interface
  local delay loss rate
  link=$2
  work=$(mktemp -d "${TMPDIR:-/tmp}/ferry-$1.XXXXXX")
  trap clean_up EXIT
  if [ -n "$link" ]; then
    IFS=: read -r delay loss rate <<<"$link"
    # As much queue as the path holds in a round trip.
    $link_command up "$delay" "$loss" 1 "$rate" $((delay * rate * 250)) 1
    at_client=(ip netns exec ferry-a) at_server=(ip netns exec ferry-b) address=10.201.0.2
  fi
}

has() { command -v "$1" >/dev/null; }

start_servers() { # OPTION… of the Ferry server
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
  "${at_server[@]}" "$home/ferry" server "$ferry_port" --root "$work/stored" "$@" >"$work/server.log" 2>&1 &
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

told() { # WAY PEER BEGUN EXIT: a line of the table
  awk -v from="$3" -v to="$EPOCHREALTIME" -v way="$1" -v peer="$2" -v code="$4" \
    'BEGIN { printf "%s\t%s\t%d\t%.2f\n", peer, way, code, to - from }'
}
