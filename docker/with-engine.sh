#!/usr/bin/env bash
# Runs a command with a Docker engine and a base image at hand, as the container tests need them:
#   docker/with-engine.sh ./mvnw verify -Dferry.containers=true
#
# An engine that answers is used as it is. Otherwise, for root on Debian, one is installed and started for
# the command alone: with a socket, a bridge for each network and a directory of its own, and without a
# change to the host's firewall or forwarding. It is gone when the command ends.
# The base image is the one that FERRY_BASE names, or the default of docker/Dockerfile if the engine has it;
# otherwise one is built from the JDK of this machine. Nothing is pulled.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=
engine=

die() {
  echo "with-engine: $*" >&2
  exit 69
}

engine_answers() { docker info >/dev/null 2>&1; }

has_compose() { docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null; }

# Installs the packages given, without starting any service: the engine's own would change the firewall.
install() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    die "there is no $*, and only root on Debian can have it installed; install or start it first"
  fi
  local policy=/usr/sbin/policy-rc.d own_policy=
  if [ ! -e "$policy" ]; then
    own_policy=$policy
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  local failed=
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@"; } \
    >"$work/install.log" 2>&1 || failed=yes
  [ -z "$own_policy" ] || rm "$own_policy"
  if [ -n "$failed" ]; then
    cat "$work/install.log" >&2
    die "cannot install $*"
  fi
}

start_engine() {
  export DOCKER_HOST=unix://$work/docker.sock
  # Without the default bridge two engines can run on one machine.
  dockerd --host "$DOCKER_HOST" --pidfile "$work/pid" --data-root "$work/data" --exec-root "$work/exec" \
    --exec-opt native.cgroupdriver=cgroupfs --bridge=none \
    --iptables=false --ip6tables=false --ip-masq=false --ip-forward=false >"$work/engine.log" 2>&1 &
  engine=$!
  local waited=0
  until engine_answers; do
    if ! kill -0 "$engine" 2>/dev/null || [ $((waited += 1)) -gt 150 ]; then
      tail -20 "$work/engine.log" >&2
      die "the engine does not start"
    fi
    sleep 0.2
  done
}

# shellcheck disable=SC2046 # The lists are words.
stop_engine() {
  if [ -n "$engine" ]; then
    { docker rm -fv $(docker ps -aq); docker network prune -f; } >/dev/null 2>&1 || true
    kill "$engine" 2>/dev/null || true
    wait "$engine" || true
  fi
  [ -z "$work" ] || rm -rf --one-file-system "$work"
}

trap stop_engine EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
work=$(mktemp -d)
if ! engine_answers; then
  command -v dockerd >/dev/null || install docker.io
  start_engine
fi
has_compose || install docker-compose
if [ -z "${FERRY_BASE:-}" ] && ! docker image inspect eclipse-temurin:17-jre >/dev/null 2>&1; then
  export FERRY_BASE=ferry-local-jre:17
  "$here/local-base.sh" "$FERRY_BASE"
fi
# Nothing can be pulled: not even Testcontainers' own helper that removes what a killed test leaves.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true \
  TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1 TESTCONTAINERS_PULL_TIMEOUT=5
"$@"
