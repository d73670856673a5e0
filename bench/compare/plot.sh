#!/usr/bin/env bash
# Medians of results of compare.sh as a picture: the share of what the link can carry over its loss or its round-trip
# time, or CPU seconds of both ends per 10^9 bytes over its loss. Values of x stand at equal distances.
# Usage: bench/compare/plot.sh loss|rtt|cpu RESULTS… >PICTURE.svg
set -euo pipefail
case ${1:-} in
  loss | rtt | cpu) what=$1 ;;
  *) sed -n '2,4p' "$0" >&2; exit 64 ;;
esac
shift
# Not every awk takes a program from a file and one from its arguments.
awk -F'\t' -v what="$what" "$(cat "$(dirname "$0")/median.awk")"'
  function x(i) { return left + (i - 0.5) * (right - left) / xCount }
  function y(value) { return bottom - (bottom - top) * value / most }
  function text(atX, atY, anchor, words) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", atX, atY, anchor, words
  }
  function line(x1, y1, x2, y2, colour, width) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
      x1, y1, x2, y2, colour, width
  }
  /^#/ { next }
  {
    at = what == "rtt" ? 2 * $4 : $5
    if (!($2 in peerSeen)) { peerSeen[$2]; peers[++peerCount] = $2 }
    if (!(at in xSeen)) { xSeen[at]; xs[++xCount] = at }
    share = $11 == "yes" ? $7 * 8 / $8 / ($6 * 1472 / 1500 * (1 - $5 / 100)) : 0
    cell = $2 SUBSEP at; n[cell]++
    values[cell] = values[cell] " " (what == "cpu" ? $9 * 1000 / $7 : share)
  }
  END {
    width = 720; height = 400; left = 60; right = 560; top = 30; bottom = 340
    split("#0072b2 #d55e00 #009e73 #cc79a7 #e69f00 #56b4e9 #000000 #999999", colours, " ")
    most = 1
    for (cell in values) { value[cell] = median(values[cell], n[cell]); if (value[cell] > most) most = value[cell] }
    step = what == "cpu" ? 10 ^ int(log(most / 2) / log(10)) : 0.2
    if (most / step > 8) step *= 2
    if (what == "cpu") most = (int(most / step) + 1) * step
    for (i = 2; i <= xCount; i++) { t = xs[i]; for (j = i - 1; j > 0 && xs[j] + 0 > t + 0; j--) xs[j + 1] = xs[j]; xs[j + 1] = t }
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n", width, height
    printf "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>\n", width, height
    for (v = 0; v <= most + step / 1000; v += step) {
      line(left, y(v), right, y(v), "#dddddd", 1)
      text(left - 8, y(v) + 4, "end", v)
    }
    for (i = 1; i <= xCount; i++) text(x(i), bottom + 20, "middle", xs[i])
    text((left + right) / 2, bottom + 45, "middle", what == "rtt" ? "round-trip time, ms" : "packets lost in each direction, %")
    text(left - 45, top - 12, "start", what == "cpu" ? "CPU seconds of both ends per GB" : "goodput, as a share of what the link can carry")
    for (p = 1; p <= peerCount; p++) {
      before = ""
      colour = colours[(p - 1) % 8 + 1]
      for (i = 1; i <= xCount; i++) {
        cell = peers[p] SUBSEP xs[i]
        if (!n[cell]) { before = ""; continue }
        if (before != "") line(x(i - 1), y(before), x(i), y(value[cell]), colour, 2)
        printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n", x(i), y(value[cell]), colour
        before = value[cell]
      }
      line(right + 20, top + 20 * p, right + 45, top + 20 * p, colour, 3)
      text(right + 52, top + 20 * p + 4, "start", peers[p])
    }
    print "</svg>"
  }' "$@"
