#!/usr/bin/env bash
# Checks the model: what must hold, and that each mutation is found. Needs spin and gcc.
# Usage: docs/model/check.sh
set -euo pipefail
model=$(cd "$(dirname "$0")" && pwd)/ferry.pml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=

# Prints how a verification ended. Arguments: definitions, each -DNAME.
verify() {
  local directory flags=(-DSAFETY) options=()
  directory=$(mktemp -d "$work/XXXXXX")
  # Termination is looked for under weak fairness, where no process that could go on waits for ever.
  if [[ " $* " == *" -DLIVE "* ]]; then flags=(-DNFAIR=3) options=(-a -f); fi
  (
    cd "$directory"
    spin -a "$@" "$model" >spin.log 2>&1 || { cat spin.log && exit 2; }
    gcc -O1 -DCOLLAPSE -DMEMLIM=4000 "${flags[@]}" -o pan pan.c
    ./pan -m200000 "${options[@]}"
  ) >"$directory/out" 2>&1 || { cat "$directory/out" && return 2; }
  if grep -Eq 'max search depth too small|out of memory|MEMLIM|reached -DMEMLIM' "$directory/out"; then
    cat "$directory/out" && return 2
  fi
  grep -Eo 'assertion violated.*|acceptance cycle|errors: 0' "$directory/out" | head -1
}

expect() {
  local expected=$1 found
  shift
  found=$(verify "$@") || { printf '%s\n' "$found" && exit 2; }
  case $expected:$found in
    holds:errors:\ 0) printf 'holds    %s\n' "$*" ;;
    found:assertion* | found:acceptance*) printf 'found    %s: %s\n' "$*" "$found" ;;
    *) printf 'WRONG    %s: %s, expected: %s\n' "$*" "$found" "$expected" && failed=yes ;;
  esac
}

# Safety: one port for all transfers, with equal and with different starts; and a port for each.
expect holds -DN=2 -DK=2 -DORDERED
expect holds -DN=3 -DK=3 -DORDERED
expect holds -DN=2 -DK=2 -DOTHER_STARTS
expect holds -DN=2 -DK=2 -DFRESH_PORTS
expect holds -DN=2 -DK=2 -DFRESH_PORTS -DORDERED -DQUIET_BEFORE
# Termination, under fair loss.
expect holds -DLIVE -DN=2 -DK=2

# The model does get to its end, and each assumption is needed.
expect found -DREACHABLE
expect found -DLATE_DATA
expect found -DLATE_ANSWERS
expect found -DOTHER_STARTS -DLATE_OTHER_STARTS
expect found -DFRESH_PORTS -DORDERED

# Mutations.
expect found -DONE_BIT
expect found -DACK_BEFORE_STORING
expect found -DACK_BEFORE_PUBLISHING
expect found -DREOPEN_FINISHED
# Rules that look right.
expect found -DANSWER_FROM_MEMORY
expect found -DKEEP_BEHIND_EMPTY
expect found -DK=3 -DACK_START_BESIDE_SECOND
expect found -DK=3 -DDISTINCT_OPENING
expect found -DK=3 -DORDERED -DPARALLEL_PUBLICATION
expect found -DLIVE -DFORGET_BOTH

[ -z "$failed" ]
