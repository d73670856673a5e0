package dev.ferry.proxy.diagram;

import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.diagram.Course.Came;
import dev.ferry.proxy.diagram.Course.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datagrams that are counted instead of shown. */
final class Fold {
  private final List<Datagram> datagrams = new ArrayList<>();
  private long startNs = Long.MAX_VALUE;
  private long endNs;
  private @Nullable String text;

  /** Takes note of the next event of one of them. */
  void add(Event event) {
    if (event instanceof Came) {
      datagrams.add(event.datagram());
    }
    startNs = Math.min(startNs, event.atNs());
    endNs = event.atNs();
  }

  long count(Direction direction) {
    return datagrams.stream().filter(datagram -> datagram.direction() == direction).count();
  }

  /** What it says in the picture; asked for when all are there. */
  String text() {
    if (text == null) {
      text = compose();
    }
    return text;
  }

  private String compose() {
    long up = count(Direction.UP);
    long down = count(Direction.DOWN);
    boolean lab = all(Direction.UP, "data") && all(Direction.DOWN, "ack");
    String what = lab ? Texts.count(up, "chunk") : Texts.count(up, "datagram") + " up";
    String back = lab ? Texts.count(down, "acknowledgement") : Texts.number(down) + " down";
    String in = " in " + Texts.duration(endNs - startNs) + ", ";
    return "… " + what + " and " + back + in + Totals.of(datagrams).faults() + " …";
  }

  private boolean all(Direction direction, String type) {
    return datagrams.stream()
        .filter(datagram -> datagram.direction() == direction)
        .allMatch(datagram -> datagram.isOfType(type));
  }
}
