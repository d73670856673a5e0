#!/usr/bin/env bash
# Seconds for one file over TCP on the loopback interface, by Ferry and by scp in turns, encrypted, file to file.
# Ferry flushes what it publishes, and scp does not: so the time of scp with a flush after it is given as well.
# With TMPDIR=/dev/shm the files are in memory, and flushing costs nothing.
# Usage: bench/tcp-fallback.sh [ROUNDS [MEBIBYTES]]; needs OpenSSH's sshd, scp and ssh-keygen.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
rounds=${1:-5}
mebibytes=${2:-1024}
for program in sshd scp ssh-keygen; do
  PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 1; }
done
work=$(mktemp -d)
server=
sshd=
trap 'kill $server $sshd 2>/dev/null || true; rm -rf "$work"' EXIT

./ferry client --version >/dev/null # builds what is missing
mkdir "$work/root"
head -c "${mebibytes}M" /dev/urandom >"$work/file"
sync "$work/file"

mkfifo "$work/listening"
./ferry server 0 --bind 127.0.0.1 --root "$work/root" >"$work/listening" &
server=$!
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

ferry() { ./ferry client "${address%,}" "$work/file" ferry --transport tcp --quiet; }
# Under the name given.
by_scp() {
  scp -q -P "$port" -i "$work/user" -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "$work/file" "127.0.0.1:$work/root/$1"
}
scp_alone() { by_scp scp-alone; }
scp_and_flush() { by_scp scp-and-flush && sync "$work/root/scp-and-flush"; }
# Of the function given, which stores under its own name, but for dashes.
seconds() {
  local begin end
  sync "$work/root"
  begin=$(date +%s.%N)
  "${1//-/_}"
  end=$(date +%s.%N)
  cmp "$work/file" "$work/root/$1" >&2
  rm "$work/root/$1"
  awk -v b="$begin" -v e="$end" 'BEGIN { printf "%.2f\n", e - b }' | tee -a "$work/$1"
}
median() { sort -n "$work/$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for round in $(seq "$rounds"); do
  f=$(seconds ferry)
  s=$(seconds scp-alone)
  t=$(seconds scp-and-flush)
  echo "round $round: Ferry $f s, scp $s s, scp and flush $t s"
done
awk -v f="$(median ferry)" -v s="$(median scp-alone)" -v t="$(median scp-and-flush)" -v m="$mebibytes" 'BEGIN {
  printf "median: Ferry %.0f MiB/s, scp %.0f MiB/s, scp and flush %.0f MiB/s\n", m / f, m / s, m / t
  printf "Ferry is %.2f times as fast as scp, %.2f times as fast as scp and flush\n", s / f, t / f }'
