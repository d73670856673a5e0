#!/usr/bin/env bash
# Seconds for one file over TCP on the loopback interface, by Ferry and by scp in turns, encrypted, file to file.
# Usage: bench/tcp-fallback.sh [ROUNDS [MEBIBYTES]]; needs OpenSSH's sshd, scp and ssh-keygen.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
mebibytes=${2:-1024}
for program in sshd scp ssh-keygen; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 1; }
done
work=$(mktemp -d)
ferry=
sshd=
trap 'kill $ferry $sshd 2>/dev/null || true; rm -rf "$work"' EXIT

./ferry client --version >/dev/null # builds what is missing
mkdir "$work/root"
head -c "${mebibytes}M" /dev/urandom >"$work/file"

mkfifo "$work/listening"
./ferry server 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" &
ferry=$!
exec 3<"$work/listening"
read -r _ _ address _ <&3
cat <&3 >"$work/ferry.log" &

ssh-keygen -q -t ed25519 -N '' -f "$work/host"
ssh-keygen -q -t ed25519 -N '' -f "$work/user"
chmod 700 "$work"
[ -d /run/sshd ] || mkdir -p /run/sshd
for port in $(shuf -i 20000-30000 -n 20); do
  "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -e -f /dev/null -p "$port" -h "$work/host" \
    -o ListenAddress=127.0.0.1 -o PidFile=none -o StrictModes=no -o UsePAM=no -o PermitRootLogin=yes \
    -o AuthorizedKeysFile="$work/user.pub" -o Subsystem="sftp internal-sftp" 2>"$work/sshd.log" &
  sshd=$!
  until grep -q 'Server listening\|Cannot bind' "$work/sshd.log"; do sleep 0.05; done
  kill -0 "$sshd" 2>/dev/null && ! grep -q 'Cannot bind' "$work/sshd.log" && break
done

by_ferry() { ./ferry client "${address%,}" "$work/file" by-ferry --transport tcp --quiet; }
by_scp() {
  scp -q -P "$port" -i "$work/user" -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$work/file" "127.0.0.1:$work/root/by-scp"
}
seconds() {
  local begin end
  rm -f "$work/root/$1"
  begin=$(date +%s.%N)
  "${1/-/_}"
  end=$(date +%s.%N)
  cmp "$work/file" "$work/root/$1" >&2
  awk -v b="$begin" -v e="$end" 'BEGIN { printf "%.2f\n", e - b }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
  f=$(seconds by-ferry)
  s=$(seconds by-scp)
  echo "$f" >>"$work/by-ferry"
  echo "$s" >>"$work/by-scp"
  echo "round $round: Ferry $f s, scp $s s"
done
f=$(median <"$work/by-ferry")
s=$(median <"$work/by-scp")
awk -v f="$f" -v s="$s" -v m="$mebibytes" 'BEGIN {
  printf "median: Ferry %.0f MiB/s, scp %.0f MiB/s, ratio %.2f\n", m / f, m / s, s / f }'
