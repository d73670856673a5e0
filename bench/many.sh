#!/usr/bin/env bash
# Many uploads at once: starts N clients in the same moment, each with a file of its own of so many megabytes, to one server
# over loopback, and says how many of them completed, with which exit codes, and after how many seconds the first, the
# median and the last one ended. Ends with 0 only if all completed and the server has stored what each of them sent.
# Usage: bench/many.sh [N [MEGABYTES [CLIENT_OPTION...]]]    CLIENT_OPTION as --lab, or --transport tcp
# FERRY_SERVER is the command that starts the server, FERRY_CLIENT the client's, if not ./ferry.
set -euo pipefail
cd "$(dirname "$0")/.."
many=${1:-200}
megabytes=${2:-1}
shift $(($# < 2 ? $# : 2))
options=("$@")
work=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT

read -ra client <<<"${FERRY_CLIENT:-./ferry client}"
read -ra serve <<<"${FERRY_SERVER:-./ferry server}"
if [ -z "${FERRY_CLIENT:-}" ]; then
  ./ferry client --version >"$work/version" # builds, and makes the archives
fi
mkdir "$work/root" "$work/files" "$work/said" "$work/ends"
for ((i = 1; i <= many; i++)); do
  head -c "${megabytes}000000" /dev/urandom >"$work/files/$i"
done
mkfifo "$work/listening"
"${serve[@]}" 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" 2>"$work/server" &
server=$!
exec 3<"$work/listening"
read -r _ _ address _ <&3
cat <&3 >>"$work/server" &

put() { # NUMBER
  local code=0
  "${client[@]}" "${address%,}" "$work/files/$1" "${options[@]}" >"$work/said/$1" 2>&1 || code=$?
  echo "$((${EPOCHREALTIME/[.,]/} - began)) $code" >"$work/ends/$1"
}
began=${EPOCHREALTIME/[.,]/}
clients=()
for ((i = 1; i <= many; i++)); do
  put "$i" &
  clients+=($!)
done
wait "${clients[@]}"

cat "$work/ends"/* | sort -n >"$work/sorted"
complete=0
for ((i = 1; i <= many; i++)); do
  read -r _ code <"$work/ends/$i"
  [ "$code" != 0 ] || ! cmp -s "$work/files/$i" "$work/root/$i" || complete=$((complete + 1))
done
echo "$complete of $many complete"
awk '{ count[$2]++ } END { for (code in count) printf "exit code %d: %d\n", code, count[code] }' "$work/sorted" | sort
awk '{ us[NR] = $1 } END {
  printf "ended after %.1f s (first), %.1f s (median), %.1f s (last)\n", us[1] / 1e6, us[int((NR + 1) / 2)] / 1e6, us[NR] / 1e6
}' "$work/sorted"
# What was said, but for what differs from one client to the next.
cat "$work/said"/* | sed -e '/^sent /d' -e 's/[0-9][0-9.]*/N/g' | sort | uniq -c | sort -rn
grep -v -E '^(listening|started|finished) ' "$work/server" | sed 's/[0-9][0-9.]*/N/g' | sort | uniq -c | sort -rn | head -20
[ "$complete" = "$many" ]
