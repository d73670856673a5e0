#!/usr/bin/env bash
# What an encrypted upload of 40 MiB takes while strangers attack the server, whose heap is 64 MiB: before, during and after
# each attack of Strangers.java and FerryStrangers.java, as the median of some uploads, with the ratio to before; with copies,
# of downloads.
# Usage: bench/attacks.sh [UPLOADS [ATTACK...]]
set -euo pipefail
cd "$(dirname "$0")/.."
uploads=${1:-3}
shift || true
attacks=("$@")
[ ${#attacks[@]} -gt 0 ] || attacks=(directories overwrite places frames hellos bucket early ids copies)
work=$(mktemp -d)
server=
stranger=
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

read -ra client <<<"${FERRY_CLIENT:-./ferry client}"
read -ra serve <<<"${FERRY_SERVER:-java -Xmx64m -XX:+ExitOnOutOfMemoryError -jar server/target/server.jar}"
if [ -z "${FERRY_SERVER:-}" ]; then
  ./ferry client --version >"$work/version" # builds
fi
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

printf '%-12s %10s %10s %10s %8s\n' attack before_ms during_ms after_ms ratio
for attack in "${attacks[@]}"; do
  mkdir "$work/root"
  echo "as it was" >"$work/root/precious"
  rm -f "$work/out"
  "${serve[@]}" 0 --bind 127.0.0.1 --root "$work/root" >"$work/out" 2>"$work/err" &
  server=$!
  until [ -f "$work/out" ] && port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\),.*/\1/p' "$work/out") && [ -n "$port" ]; do
    kill -0 "$server"
    sleep 0.1
  done
  transfer put >/dev/null
  [ "$attack" = copies ] && manner="get" || manner="put"
  servers_port=$port
  strangers=(java bench/Strangers.java)
  case $attack in
    early | ids | copies) strangers=(java -cp client/target/client.jar bench/FerryStrangers.java) ;;
  esac
  before=$(median "$manner")
  "${strangers[@]}" "$attack" "$port" >"$work/strangers" 2>&1 &
  stranger=$!
  sleep 5
  way=$(sed -n 's/^begins at port //p' "$work/strangers")
  port=${way:-$port}
  during=$(median "$manner")
  port=$servers_port
  stop "$stranger"
  stranger=
  after=$(median "$manner")
  ratio=$(awk -v d="$during" -v b="$before" 'BEGIN { print d == "failed" ? "-" : sprintf("%.2f", d / b) }')
  printf '%-12s %10s %10s %10s %8s\n' "$attack" "$before" "$during" "$after" "$ratio"
  [ "$(cat "$work/root/precious")" = "as it was" ] || echo "  a published file was changed"
  kill -0 "$server" 2>/dev/null || echo "  the server has ended: $(tail -1 "$work/err")"
  stop "$server"
  server=
  rm -rf "$work/root"
done
