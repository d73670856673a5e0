#!/usr/bin/env bash
# An emulated link between the network namespaces ferry-a (10.201.0.1) and ferry-b (10.201.0.2), by netem.
# Usage: link.sh up DELAY_MS LOSS_PERCENT BURST RATE_MBIT QUEUE_BYTES SEED
#        link.sh down
# The delay is one way; loss, rate and queue hold in each direction; a BURST above 1 is the mean number of
# packets that are lost in a row; a rate of 0 is none. Another command with the same arguments and the same
# namespaces can be named to compare.sh where the kernel has no netem.
set -euo pipefail

ends=(a b)

down() {
  local end
  for end in "${ends[@]}"; do
    ip netns del "ferry-$end" 2>/dev/null || true
  done
}

loss_of() { # PERCENT BURST
  if [ "$2" -le 1 ]; then
    echo "loss $1%"
  else # Gilbert's model: p leads into a burst, r out of it.
    awk -v l="$1" -v b="$2" 'BEGIN { r = 100 / b; printf "loss gemodel %.5f%% %.5f%%", r * l / (100 - l), r }'
  fi
}

up() {
  local delay=$1 loss=$2 burst=$3 rate=$4 queue=$5 end number=1
  down
  for end in "${ends[@]}"; do
    ip netns add "ferry-$end"
  done
  ip -n ferry-a link add veth0 type veth peer name veth0 netns ferry-b
  for end in "${ends[@]}"; do
    ip -n "ferry-$end" link set lo up
    ip -n "ferry-$end" addr add "10.201.0.$number/24" dev veth0
    ip -n "ferry-$end" link set veth0 mtu 1500 txqueuelen 10000 up
    # Segments as the wire would see them: the emulator must not take 64 kB for one packet.
    ip netns exec "ferry-$end" ethtool -K veth0 tso off gso off gro off >/dev/null 2>&1 || true
    number=$((number + 1))
    [ "$delay$loss$rate" = 000 ] || emulate "ferry-$end" "$delay" "$(loss_of "$loss" "$burst")" "$rate" "$queue"
  done
}

emulate() { # NAMESPACE DELAY_MS LOSS RATE_MBIT QUEUE_BYTES
  local limit=$(($5 / 1500 + 1))
  # The loss and the delay come before the queue: what is lost takes no room in it.
  # shellcheck disable=SC2086
  ip netns exec "$1" tc qdisc add dev veth0 root handle 1: netem limit 100000 delay "${2}ms" $3
  if [ "$4" != 0 ]; then
    ip netns exec "$1" tc qdisc add dev veth0 parent 1: handle 2: netem limit "$limit" rate "${4}mbit"
  fi
}

case ${1:-} in
  up) shift; up "$@" ;;
  down) down ;;
  *) sed -n '2,8p' "$0"; exit 64 ;;
esac
