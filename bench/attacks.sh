#!/usr/bin/env bash
# What an encrypted upload of 40 MiB takes while strangers attack the server, whose heap is 64 MiB: before, during and after
# each attack of Strangers.java, FerryStrangers.java and BatchStrangers.java, as the median of some uploads, with the ratio to
# before; with copies, of downloads. Then what the server says of itself (--stats): how much of its heap was in use after a
# garbage collection at most, for how many hellos a second it computed a key during the attack, and how long after it the
# tables are empty again.
# Ends with 1 if a published file has changed, or the server has ended, exceeds a limit of its own, or does not come to rest.
# Usage: bench/attacks.sh [UPLOADS [ATTACK...]]
set -euo pipefail
cd "$(dirname "$0")/.."
uploads=${1:-3}
shift || true
attacks=("$@")
[ ${#attacks[@]} -gt 0 ] ||
  attacks=(directories overwrite places frames hellos token tokens bucket islands many cancels tiny early ids copies)
work=$(mktemp -d)
server=
stranger=
failed=0
stop() { # PID, or nothing
  if kill ${1:+"$1"} 2>/dev/null; then
    wait "$1" 2>/dev/null || true
  fi
}
clean_up() {
  stop "$stranger"
  stop "$server"
  rm -rf "$work"
}
trap clean_up EXIT
complain() {
  echo "  $*"
  failed=1
}

read -ra client <<<"${FERRY_CLIENT:-./ferry client}"
read -ra serve <<<"${FERRY_SERVER:-java -Xmx64m -XX:+ExitOnOutOfMemoryError -Xlog:gc:file=$work/gc -jar server/target/server.jar}"
if [ -z "${FERRY_SERVER:-}" ]; then
  ./ferry client --version >"$work/version" # builds
fi
javac -d "$work/classes" -cp client/target/client.jar \
  bench/FerryStrangers.java bench/BatchStrangers.java testkit/src/main/java/dev/ferry/testkit/process/HostileClient.java
head -c 40M /dev/urandom >"$work/file"

transfer() { # put or get
  local began ended arguments=("127.0.0.1:$port" "$work/file")
  [ "$1" = put ] || arguments=(get "127.0.0.1:$port" file "$work/got")
  began=$(date +%s%N)
  if ! timeout 120 "${client[@]}" "${arguments[@]}" --ferry --quiet --no-path-cache >>"$work/said" 2>&1; then
    echo failed
    return
  fi
  ended=$(date +%s%N)
  echo $(((ended - began) / 1000000))
}

median() {
  for _ in $(seq "$uploads"); do transfer "$1"; done | sort -n | sed -n "$(((uploads + 1) / 2))p"
}

# Numbers of a table in all lines about an event: the limits, or how full the server is.
numbers() { # EVENT TABLE
  sed -n 's/.*"event":"'"$1"'".*"'"$2"'":\([0-9]*\).*/\1/p' "$work/stats"
}

last() { # TABLE
  numbers load "$1" | tail -1
}

# How many seconds it takes until nobody holds anything any more, or "never".
await_rest() {
  local table began=$SECONDS
  for table in files labFiles connections streams heldBytes halfOpen labPeers; do
    until [ "$(last $table)" = 0 ]; do
      if [ $((SECONDS - began)) -gt 200 ]; then
        echo never
        return
      fi
      sleep 0.2
    done
  done
  echo $((SECONDS - began))
}

check_limits() {
  local table most limit
  for table in files labFiles connections streams halfOpen heldBytes; do
    most=$(numbers load $table | sort -n | tail -1)
    limit=$(numbers limits $table)
    [ "$most" -le "$limit" ] || complain "$table: $most, of which there may be $limit"
  done
}

heap_mib() {
  [ -f "$work/gc" ] || return 0
  sed -n 's/.*->\([0-9]*\)M(.*/\1/p' "$work/gc" | sort -n | tail -1
}

printf '%-12s %10s %10s %10s %8s %9s %9s %7s\n' \
  attack before_ms during_ms after_ms ratio heap_MiB hellos_/s rest_s
for attack in "${attacks[@]}"; do
  mkdir "$work/root"
  echo "as it was" >"$work/root/precious"
  rm -f "$work/out" "$work/gc"
  "${serve[@]}" 0 --bind 127.0.0.1 --root "$work/root" --idle-ferry 20s \
    --stats "$work/stats" --stats-interval 100ms >"$work/out" 2>"$work/err" &
  server=$!
  until [ -f "$work/out" ] && port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\),.*/\1/p' "$work/out") && [ -n "$port" ]; do
    kill -0 "$server"
    sleep 0.1
  done
  transfer put >/dev/null
  [ "$attack" = copies ] && manner="get" || manner="put"
  servers_port=$port
  case $attack in
    islands | many | cancels | early | ids | copies) strangers=(java -cp "client/target/client.jar:$work/classes" FerryStrangers "$attack") ;;
    tiny) strangers=(java -cp "client/target/client.jar:$work/classes" BatchStrangers) ;;
    *) strangers=(java bench/Strangers.java "$attack") ;;
  esac
  before=$(median "$manner")
  "${strangers[@]}" "$port" >"$work/strangers" 2>&1 &
  stranger=$!
  sleep 5
  way=$(sed -n 's/^begins at port //p' "$work/strangers")
  port=${way:-$port}
  began=$(date +%s%N)
  computed=$(last handshakes)
  during=$(median "$manner")
  computed=$((($(last handshakes) - computed) * 1000 / (($(date +%s%N) - began) / 1000000)))
  port=$servers_port
  kill -0 "$stranger" 2>/dev/null || complain "the attack has ended: $(tail -1 "$work/strangers")"
  stop "$stranger"
  stranger=
  after=$(median "$manner")
  rest=$(await_rest)
  ratio=$(awk -v d="$during" -v b="$before" 'BEGIN { print d == "failed" ? "-" : sprintf("%.2f", d / b) }')
  printf '%-12s %10s %10s %10s %8s %9s %9s %7s\n' \
    "$attack" "$before" "$during" "$after" "$ratio" "$(heap_mib)" "$computed" "$rest"
  [ "$(cat "$work/root/precious")" = "as it was" ] || complain "a published file was changed"
  kill -0 "$server" 2>/dev/null || complain "the server has ended: $(tail -1 "$work/err")"
  [ "$during" != failed ] || complain "no upload completed in 120 s"
  [ "$rest" != never ] || complain "it holds something for ever: $(tail -1 "$work/stats")"
  check_limits
  stop "$server"
  server=
  rm -rf "$work/root"
done
[ "$failed" = 0 ]
