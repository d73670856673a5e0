package dev.ferry.proxy.diagram;

import dev.ferry.netsim.Fate.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Counts what became of datagrams.
 *
 * @param datagrams how many there are
 * @param faults in words
 */
record Totals(int datagrams, String faults) {
  static Totals of(List<Datagram> datagrams) {
    List<String> parts = new ArrayList<>();
    Map<String, Long> dropped = new TreeMap<>();
    for (Datagram datagram : datagrams) {
      if (datagram.isDropped()) {
        dropped.merge(Texts.verdict(datagram.entered.verdict()), 1L, Long::sum);
      }
    }
    dropped.forEach((verdict, count) -> parts.add(Texts.number(count) + " " + verdict));
    add(parts, datagrams, datagram -> datagram.again, "sent again");
    add(parts, datagrams, datagram -> datagram.moved, "from a new address");
    add(parts, datagrams, datagram -> datagram.has(Kind.DUPLICATE), "duplicated");
    add(parts, datagrams, datagram -> any(datagram, hop -> hop.delivery.heldBack()), "held back");
    add(parts, datagrams, datagram -> any(datagram, Hop::isDamaged), "damaged");
    add(parts, datagrams, datagram -> datagram.has(Kind.REPLAY), "replayed");
    return new Totals(
        datagrams.size(), parts.isEmpty() ? "nothing lost" : String.join(", ", parts));
  }

  private static boolean any(Datagram datagram, Predicate<Hop> property) {
    return datagram.hops.stream().anyMatch(property);
  }

  private static void add(
      List<String> parts, List<Datagram> datagrams, Predicate<Datagram> property, String text) {
    long count = datagrams.stream().filter(property).count();
    if (count > 0) {
      parts.add(Texts.number(count) + " " + text);
    }
  }
}
