#!/usr/bin/env bash
# Chunks per second of an upload over loopback, as a ratio to a bare ping-pong of the same datagrams.
# Usage: bench/stop-and-wait.sh [ROUNDS [MEGABYTES]]
set -euo pipefail
cd "$(dirname "$0")/.."

./mvnw -q -DskipTests -pl bench -am package
exec java -cp bench/target/bench.jar dev.ferry.bench.StopAndWaitRatio "${1:-21}" "${2:-50}"
