#!/usr/bin/env bash
# Medians of results of compare.sh as a Markdown table: goodput in Mbit/s, and its share of what the link can carry,
# rate × 1472/1500 × (1 − loss); CPU seconds of both ends per 10^9 bytes.
# Usage: bench/compare/table.sh RESULTS…
set -euo pipefail
# Not every awk takes a program from a file and one from its arguments.
awk -F'\t' "$(cat "$(dirname "$0")/median.awk")"'
  /^#/ { next }
  {
    if (!($2 in peerSeen)) { peerSeen[$2]; peers[++peerCount] = $2 }
    if (!($3 in linkSeen)) { linkSeen[$3]; links[++linkCount] = $3; limit[$3] = $6 * 1472 / 1500 * (1 - $5 / 100) }
    cell = $2 SUBSEP $3; n[cell]++
    mbit[cell] = mbit[cell] " " ($11 == "yes" ? $7 * 8 / $8 : 0); cpu[cell] = cpu[cell] " " ($9 * 1000 / $7)
    if ($11 != "yes") failed[cell]++
  }
  END {
    printf "| tool |"; for (i = 1; i <= linkCount; i++) printf " %s, %.1f Mbit/s |", links[i], limit[links[i]]
    printf "\n|---|"; for (i = 1; i <= linkCount; i++) printf "---|"
    print ""
    for (p = 1; p <= peerCount; p++) {
      printf "| %s |", peers[p]
      for (i = 1; i <= linkCount; i++) {
        cell = peers[p] SUBSEP links[i]
        if (!n[cell]) { printf " – |"; continue }
        m = median(mbit[cell], n[cell])
        printf " %.2f (%.3f), %.1f%s |", m, m / limit[links[i]], median(cpu[cell], n[cell]),
          failed[cell] ? " (" failed[cell] " of " n[cell] " not finished)" : ""
      }
      print ""
    }
  }' "$@"
