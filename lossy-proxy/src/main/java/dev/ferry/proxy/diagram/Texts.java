package dev.ferry.proxy.diagram;

import dev.ferry.cli.Units;
import dev.ferry.netsim.Fate.Kind;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.trace.TraceEvent.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is written into the picture. */
final class Texts {
  private static final String ELLIPSIS = "…";

  /** From here on, characters of fixed-width fonts may be two columns wide. */
  private static final int FIRST_WIDE = 0x1100;

  private Texts() {}

  /**
   * What a datagram says.
   *
   * @param columns how much room there is; a name is shortened to fit
   */
  static String message(Datagram datagram, int columns) {
    Message message = datagram.message();
    int bytes = datagram.entered.bytes();
    if (message == null) {
      return bytes(bytes);
    }
    String type = message.type();
    Long seqno = message.seqno();
    if (seqno == null) {
      return shorten(type + " (" + bytes(bytes) + ")", columns);
    }
    return switch (type) {
      case "start" -> start(message, seqno, columns);
      case "data" -> "d " + seqno + " (" + bytes(message.payloadBytes()) + ")";
      case "ack" ->
          message.bufferBytes() == null
              ? "a " + seqno
              : "a | " + seqno + " | " + message.bufferBytes();
      case "refusal" -> shorten("r " + seqno + " (" + message.reason() + ")", columns);
      default -> shorten(type + " " + seqno, columns);
    };
  }

  private static String start(Message message, long seqno, int columns) {
    String before = "s | " + seqno + " | ";
    String after = " | " + message.sizeBytes();
    String name = message.name() == null ? "" : message.name();
    String shortened = shorten(name, Math.max(3, columns - before.length() - after.length() - 2));
    return before + isolate(shortened) + after;
  }

  /** Keeps a name that runs from right to left from turning what is around it. */
  private static String isolate(String name) {
    boolean leftToRight =
        name.codePoints()
            .mapToObj(Character::getDirectionality)
            .noneMatch(
                d ->
                    d == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                        || d == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    return leftToRight ? name : '\u2068' + name + '\u2069';
  }

  /** A title for what a start message begins. */
  static String upload(Message start, int columns) {
    String size = ", " + (start.sizeBytes() == null ? "?" : number(start.sizeBytes())) + " bytes";
    String name = start.name() == null ? "" : start.name();
    return isolate(shorten(name, columns - size.length())) + size;
  }

  private static String bytes(@Nullable Number count) {
    return (count == null ? "?" : count) + " B";
  }

  /** What became of a datagram, in words; empty if it just arrived. */
  static String fate(Datagram datagram) {
    List<String> words = new ArrayList<>();
    if (datagram.moved) {
      words.add("moved");
    }
    if (datagram.again) {
      words.add("again");
    }
    if (datagram.isDropped()) {
      words.add(verdict(datagram.entered.verdict()));
    }
    if (datagram.has(Kind.DUPLICATE)) {
      words.add(datagram.isDropped() ? "copy arrives" : "twice");
    }
    for (Hop hop : datagram.hops) {
      if (!hop.isReplay()) {
        addState(words, hop);
      }
    }
    return String.join(", ", words);
  }

  private static void addState(List<String> words, Hop hop) {
    if (hop.delivery.heldBack()) {
      words.add("held back");
    }
    if (hop.delivery.damaged()) {
      words.add("damaged");
    }
    if (hop.delivery.keptBytes() >= 0) {
      words.add("cut to " + bytes(hop.delivery.keptBytes()));
    }
    if (!hop.left && !words.contains("under way")) {
      words.add("under way");
    }
  }

  /** Why a datagram does not arrive. */
  static String verdict(String verdict) {
    return switch (verdict) {
      case "queue" -> "queue full";
      case "mtu" -> "above MTU";
      case "blackhole" -> "path down";
      default -> shorten(verdict, 12);
    };
  }

  /** For example {@code 1 chunk}, {@code 1 205 chunks}, with a narrow blank. */
  static String count(long count, String noun) {
    return number(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** With groups of three digits. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
  }

  /** For example {@code 12.3 ms}. */
  static String duration(long nanos) {
    return Units.formatNanos(nanos);
  }

  /** A point in time since the start of the picture. */
  static String time(long nanos, long durationNs) {
    return durationNs < 10 * Nanos.SECOND
        ? String.format(Locale.ROOT, "%.1f ms", nanos / (double) Nanos.MILLISECOND)
        : String.format(Locale.ROOT, "%.3f s", nanos / (double) Nanos.SECOND);
  }

  /** Takes out the middle of what is too long. */
  static String shorten(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    int[] codePoints = text.codePoints().toArray();
    int front = Math.max(1, (columns - 1) * 2 / 3);
    int end = prefix(codePoints, front);
    int start = codePoints.length;
    int room = columns - 1 - columns(new String(codePoints, 0, end));
    while (start > end && width(codePoints[start - 1]) <= room) {
      room -= width(codePoints[--start]);
    }
    return new String(codePoints, 0, end)
        + ELLIPSIS
        + new String(codePoints, start, codePoints.length - start);
  }

  /** Breaks a list of things after commas. */
  static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > columns) {
      int comma = rest.lastIndexOf(", ", columns);
      lines.add(rest.substring(0, comma + 1));
      rest = rest.substring(comma + 2);
    }
    lines.add(rest);
    return lines;
  }

  /** Takes off the end of what is too long. */
  static String cut(String text, int columns) {
    int[] codePoints = text.codePoints().toArray();
    return new String(codePoints, 0, prefix(codePoints, columns - 1)) + ELLIPSIS;
  }

  private static int prefix(int[] codePoints, int columns) {
    int end = 0;
    int room = columns;
    while (end < codePoints.length && width(codePoints[end]) <= room) {
      room -= width(codePoints[end++]);
    }
    return end;
  }

  /** How wide it is in a fixed-width font, at most. */
  static int columns(String text) {
    return text.codePoints().map(Texts::width).sum();
  }

  private static int width(int codePoint) {
    boolean punctuation = codePoint >= 0x2000 && codePoint < 0x2070;
    return codePoint >= FIRST_WIDE && !punctuation ? 2 : 1;
  }
}
