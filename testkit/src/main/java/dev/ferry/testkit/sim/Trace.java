package dev.ferry.testkit.sim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;

/**
 * The last datagrams of a simulation, to find out why it failed. With the property {@value #FILE}
 * all of them go to that file as well, and what happens on connections.
 */
final class Trace {
  static final String FILE = "ferry.sim.trace";
  private static final int KEPT = 400;
  private static final int SHOWN_BYTES = 40;

  private record Entry(
      long sinceStartNs,
      String fate,
      InetSocketAddress from,
      InetSocketAddress to,
      int bytes,
      String beginning) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%14.6f s  %-9s %s -> %s  %5d bytes: %s",
          sinceStartNs / 1e9,
          fate,
          name(from),
          name(to),
          bytes,
          beginning.replaceAll("[^ -~]", "."));
    }
  }

  private final Queue<Entry> entries = new ArrayDeque<>(KEPT);
  private final Optional<Path> file = Optional.ofNullable(System.getProperty(FILE)).map(Path::of);
  private long dropped;

  void add(
      long sinceStartNs,
      String fate,
      InetSocketAddress from,
      InetSocketAddress to,
      byte[] datagram) {
    if (entries.size() == KEPT) {
      entries.remove();
      dropped++;
    }
    String beginning = new String(datagram, 0, Math.min(datagram.length, SHOWN_BYTES), ISO_8859_1);
    Entry entry = new Entry(sinceStartNs, fate, from, to, datagram.length, beginning);
    entries.add(entry);
    file.ifPresent(path -> append(path, entry.toString()));
  }

  /** Whether {@link #note} is of any use. */
  boolean isToFile() {
    return file.isPresent();
  }

  /** Something happened at a host. */
  void note(long sinceStartNs, InetSocketAddress at, String what) {
    file.ifPresent(path -> append(path, line(sinceStartNs, at, what)));
  }

  static String line(long sinceStartNs, InetSocketAddress at, String what) {
    return String.format(Locale.ROOT, "%14.6f s  %s: %s", sinceStartNs / 1e9, name(at), what);
  }

  private static void append(Path path, String line) {
    try {
      Files.writeString(path, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (dropped > 0) {
      text.append("(").append(dropped).append(" earlier ones not shown)\n");
    }
    entries.forEach(entry -> text.append(entry).append('\n'));
    return text.toString();
  }
}
