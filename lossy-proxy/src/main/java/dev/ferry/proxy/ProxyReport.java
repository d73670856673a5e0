package dev.ferry.proxy;

import dev.ferry.cli.Escaper;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.netsim.Fate.Drop;
import dev.ferry.proxy.core.Counters;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.Locale;

/** Prints where the proxy listens, and its totals at the end. */
final class ProxyReport {
  static final String SCHEMA = "ferry.lossy-proxy.v1";

  private final PrintStream out;
  private final boolean quiet;
  private final boolean json;

  ProxyReport(PrintStream out, boolean quiet, boolean json) {
    this.out = out;
    this.quiet = quiet;
    this.json = json;
  }

  void listening(InetSocketAddress listening, String server, long seed) {
    String address = JsonEvent.address(listening);
    if (json) {
      print(
          line("listening")
              .put("address", address)
              .put("port", listening.getPort())
              .put("server", server)
              .put("seed", seed)
              .toString());
    } else {
      print(
          "listening on "
              + address
              + ", forwarding to "
              + Escaper.escape(server)
              + ", seed "
              + seed);
    }
  }

  void control(String url) {
    print(json ? line("control").put("url", url).toString() : "control on " + url);
  }

  void stopped(Counters up, Counters down) {
    total("up", up);
    total("down", down);
  }

  private void total(String direction, Counters counters) {
    if (json) {
      JsonLine line =
          line("total")
              .put("direction", direction)
              .put("received", counters.received())
              .put("sent", counters.sent());
      counters.dropped().forEach((reason, count) -> line.put("dropped_" + reason, count));
      counters.impaired().forEach(line::put);
      print(line.toString());
    } else {
      print(
          String.format(
              Locale.ROOT,
              "%-5s received %d, sent %d; lost %d, blackhole %d, queue full %d, above MTU %d, too much %d;"
                  + " duplicated %d, replayed %d, reordered %d, corrupted %d, truncated %d",
              direction,
              counters.received(),
              counters.sent(),
              counters.dropped(Drop.LOSS),
              counters.dropped(Drop.BLACKHOLE),
              counters.dropped(Drop.QUEUE),
              counters.dropped(Drop.MTU),
              counters.overflowed(),
              counters.duplicated(),
              counters.replayed(),
              counters.reordered(),
              counters.corrupted(),
              counters.truncated()));
    }
  }

  private static JsonLine line(String event) {
    return JsonEvent.of(SCHEMA, event);
  }

  private void print(String line) {
    if (!quiet) {
      out.println(line);
      out.flush();
    }
  }
}
