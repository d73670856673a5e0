#!/usr/bin/env bash
# How late the event loop meets deadlines, and which share of a core that costs: on the machine as it is, and with as
# many busy processes beside it as there are processors.
# Usage: bench/timers.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
busy=()
stop_busy() {
  local pid
  for pid in "${busy[@]}"; do
    kill "$pid"
  done
}
trap stop_busy EXIT

./mvnw -q -DskipTests -pl bench -am package
measure() { java -cp bench/target/bench.jar dev.ferry.bench.TimerLateness "$seconds"; }

echo "idle:"
measure
for ((i = $(nproc); i > 0; i--)); do
  bash -c 'while :; do :; done' &
  busy+=($!)
done
echo "beside $(nproc) busy processes:"
measure
