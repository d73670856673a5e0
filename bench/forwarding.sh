#!/usr/bin/env bash
# Datagrams per second through the lossy proxy without impairments, as a ratio to a plain forwarder, and
# how long the proxy keeps a datagram. More options go to the proxy.
# Usage: bench/forwarding.sh [ROUNDS [OPTION]...]
set -euo pipefail
cd "$(dirname "$0")/.."

./mvnw -q -DskipTests -pl bench,lossy-proxy -am package
rounds=${1:-11}
shift || true
exec java -cp bench/target/bench.jar dev.ferry.bench.ForwardingRatio \
  "$rounds" lossy-proxy/target/lossy-proxy.jar "$@"
