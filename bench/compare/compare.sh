#!/usr/bin/env bash
# Copies a file with Ferry and with other tools over emulated links, in turns, and compares every copy.
# Usage: bench/compare/compare.sh [-l LINKS] [-p PEERS] [-n ROUNDS] [-m MEGABYTES] [-t SECONDS] [-o RESULTS]
#   -l  "L1 L2 …" of the table below, or DELAY_MS:LOSS_PERCENT:RATE_MBIT      (default: "L2 L3 L4 L5 L6")
#   -p  names of peers/, those with a variant as NAME-VARIANT                (default: every one that is installed)
#   -n  rounds; each runs every peer once on every link                      (default: 3)
#   -m  file size in 10^6 bytes                                              (default: by the link)
#   -t  how long a copy may take, in seconds                                 (default: 60)
#   -o  tab-separated results, appended to                                   (default: compare.tsv)
# LINK_COMMAND names a command to make the link with, where the kernel has no netem (see link.sh).
# FERRY_HOME names another checkout to be measured. Needs root, for the namespaces. Ends with a table of medians.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export home=${FERRY_HOME:-$(cd "$here/../.." && pwd)}

# name: one-way delay ms, loss %, mean burst, Mbit/s, size in 10^6 bytes
declare -A table=(
  [L1]="0.5 0 1 1000 4000" [L2]="10 0.1 1 100 250" [L3]="50 1 1 100 250" [L4]="50 5 1 100 250"
  [L5]="150 2 4 20 60" [L6]="10 20 1 10 20" [L7]="50 1 1 1000 2000" [L8]="300 1 1 50 150")
links="L2 L3 L4 L5 L6" peers="" rounds=3 megabytes="" patience=60 results=compare.tsv
while getopts l:p:n:m:t:o: option; do
  case $option in
    l) links=$OPTARG ;; p) peers=$OPTARG ;; n) rounds=$OPTARG ;; m) megabytes=$OPTARG ;;
    t) patience=$OPTARG ;; o) results=$OPTARG ;; *) sed -n '2,11p' "$0"; exit 64 ;;
  esac
done

link_command=${LINK_COMMAND:-$here/link.sh}
work=$(mktemp -d "${TMPDIR:-/dev/shm}/ferry-compare.XXXXXX")
export work receive=$work/receive source=$work/source.bin destination=$work/receive/source.bin
export server=10.201.0.2
started=()

stop_started() {
  local pid
  for pid in "${started[@]}"; do
    pkill -TERM -P "$pid" 2>/dev/null || true
  done
  for pid in "${started[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  started=()
}

clean_up() {
  stop_started
  $link_command down >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean_up EXIT

# What peers/*.sh may use. Both run a command in its end's namespace, and note its CPU seconds.
timed() { # END COMMAND…
  local end=$1
  shift
  local TIMEFORMAT='%U %S'
  { time ip netns exec "ferry-$end" "$@" </dev/null >>"$work/log" 2>&1; } 2>>"$work/cpu"
}
at_server() { timed b "$@" & started+=($!); }
at_client() { timed a timeout -k 1 "$patience" "$@"; }
await_port() { # u|t PORT
  for _ in $(seq 200); do
    ip netns exec ferry-b ss -Hln"$1" "sport = :$2" | grep -q . && return 0
    sleep 0.05
  done
  echo "nothing listens at port $2" >>"$work/log"
  return 1
}
congestion_control() {
  local end
  for end in a b; do
    ip netns exec "ferry-$end" sysctl -qw "net.ipv4.tcp_congestion_control=$1"
  done
}

load() { # PEER: defines needs, setup, transfer
  stem=${1%%-*}
  # shellcheck disable=SC2034 # The peers' files read it.
  variant=${1#"$stem"} variant=${variant#-}
  # shellcheck source=/dev/null
  . "$here/peers/$stem.sh"
}

installed() {
  local file peer needs="" names=""
  for file in "$here"/peers/*.sh; do
    # shellcheck source=/dev/null
    for peer in $(. "$file" && echo "$names"); do
      (load "$peer" && for tool in $needs; do command -v "$tool" >/dev/null || exit 1; done) && echo "$peer"
    done
  done
}

describe_link() { # sets delay loss burst rate size
  local row=${table[$1]:-}
  if [ -z "$row" ]; then
    IFS=: read -r delay loss rate <<<"$1"
    burst=1 size=60
  else
    read -r delay loss burst rate size <<<"$row"
  fi
  size=${megabytes:-$size}
  queue=$(awk -v d="$delay" -v r="$rate" 'BEGIN { q = r * 250 * d; print int(q < 15000 ? 15000 : q) }')
  export rate
}

make_source() {
  [ "$(stat -c %s "$source" 2>/dev/null)" = $((size * 1000000)) ] && return
  head -c $((size * 1000000)) /dev/zero | openssl enc -aes-128-ctr -pass pass:ferry -nosalt 2>/dev/null >"$source"
}

sent_bytes() { # END
  ip netns exec "ferry-$1" cat /proc/net/dev | awk '!/lo:|\|/ { n += $10 } END { printf "%.0f\n", n }'
}

run() { # ROUND PEER LINK
  local before after code=0 cpu verified=yes
  rm -rf "$receive" && mkdir -m 777 "$receive" && : >"$work/log" && : >"$work/cpu"
  load "$2"
  if ! $link_command up "$delay" "$loss" "$burst" "$rate" "$queue" "$1" >>"$work/log" 2>&1; then
    cat "$work/log" >&2
    echo "compare.sh: '$link_command' could not make the link; LINK_COMMAND names another command" >&2
    exit 69
  fi
  setup || true
  local a b
  a=$(sent_bytes a) b=$(sent_bytes b)
  before=$EPOCHREALTIME
  transfer || code=$?
  after=$EPOCHREALTIME
  a=$(($(sent_bytes a) - a)) b=$(($(sent_bytes b) - b))
  stop_started
  cmp -s "$source" "$destination" || verified="no"
  cpu=$(awk '/^[0-9.]+ [0-9.]+$/ { s += $1 + $2 } END { printf "%.2f", s }' "$work/cpu")
  awk -v OFS='\t' -v round="$1" -v peer="$2" -v link="$3" -v mb="$size" -v from="$before" -v to="$after" -v cpu="$cpu" \
    -v wire="$((a > b ? a : b))" -v ok="$verified" -v code="$code" -v d="$delay" -v l="$loss" -v r="$rate" 'BEGIN {
    print round, peer, link, d, l, r, mb, sprintf("%.3f", to - from), cpu, sprintf("%.4f", wire / (mb * 1e6)), ok, code }' |
    tee -a "$results"
  if [ "$verified" = no ]; then sed 's/^/    /' "$work/log" | tail -5 >&2; fi
}

"$home/ferry" client --help >/dev/null # Builds what is missing, before the clock runs.
peers=${peers:-$(installed)}
[ -s "$results" ] || printf '#round\tpeer\tlink\tdelay_ms\tloss_percent\trate_mbit\tmegabytes\tseconds\tcpu_seconds\tsent_ratio\tverified\texit\n' >"$results"
for round in $(seq "$rounds"); do
  for link in $links; do
    describe_link "$link"
    make_source
    for peer in $peers; do
      run "$round" "$peer" "$link"
    done
  done
done
"$here/table.sh" "$results"
