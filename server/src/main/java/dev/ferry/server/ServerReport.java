package dev.ferry.server;

import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Printable;
import dev.ferry.cli.Units;
import dev.ferry.engine.stopwait.ReceiverEvent;
import dev.ferry.time.Nanos;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints what the server does: one line, or one JSON object, for each started, finished and failed
 * transfer. Not thread-safe.
 */
final class ServerReport {
  /**
   * Refusals cost a stranger one datagram each; more of them than this a second are counted only.
   */
  private static final int REFUSALS_PER_SECOND = 20;

  private static final String SCHEMA = "ferry.server.v1";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean quiet;
  private final boolean json;
  private final boolean verbose;
  private long refusalWindowNs = Nanos.NEVER;
  private int refusalsInWindow;
  private long refusalsUnprinted;

  ServerReport(PrintStream out, PrintStream err, boolean quiet, boolean json, boolean verbose) {
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.json = json;
    this.verbose = verbose;
  }

  void listening(InetSocketAddress address, Path path) {
    String root = path.toString();
    if (json) {
      out.println(
          line("listening")
              .put("address", address.getHostString())
              .put("port", address.getPort())
              .put("root", root));
    } else if (!quiet) {
      out.println("listening on " + format(address) + ", storing in " + Printable.escape(root));
    }
  }

  void event(ServerEvent reported, long nowNs) {
    ReceiverEvent event = reported.event();
    if (event instanceof ReceiverEvent.Failed failed) {
      failed(reported.peer(), failed, nowNs);
    } else if (quiet) {
      return;
    } else if (event instanceof ReceiverEvent.Finished finished) {
      finished(reported.peer(), finished);
    } else {
      started(reported.peer(), event);
    }
  }

  private void started(InetSocketAddress peer, ReceiverEvent event) {
    if (json) {
      out.println(transfer("started", peer, event));
    } else {
      out.println(
          "started  "
              + format(peer)
              + " "
              + name(event)
              + ", "
              + Units.formatBytes(event.sizeBytes()));
    }
  }

  private void finished(InetSocketAddress peer, ReceiverEvent.Finished event) {
    if (json) {
      out.println(
          transfer("finished", peer, event)
              .put("durationNs", event.durationNs())
              .put("duplicates", event.duplicates())
              .put("sha256", event.sha256Hex()));
    } else {
      out.println(
          String.format(
              Locale.ROOT,
              "finished %s %s, %s in %s (%s), %d duplicate(s), sha256 %s",
              format(peer),
              name(event),
              Units.formatBytes(event.sizeBytes()),
              Units.formatNanos(event.durationNs()),
              Units.formatRate(event.sizeBytes(), event.durationNs()),
              event.duplicates(),
              event.sha256Hex()));
    }
  }

  private void failed(InetSocketAddress peer, ReceiverEvent.Failed event, long nowNs) {
    if (event.receivedBytes() == 0 && isFlood(nowNs)) {
      return;
    }
    if (json) {
      out.println(
          transfer("failed", peer, event)
              .put("receivedBytes", event.receivedBytes())
              .put("cause", event.cause().name())
              .put("detail", event.detail()));
    } else {
      err.println(
          String.format(
              Locale.ROOT,
              "failed   %s %s, %s of %s: %s",
              format(peer),
              name(event),
              Units.formatBytes(event.receivedBytes()),
              Units.formatBytes(event.sizeBytes()),
              Printable.escape(event.detail())));
    }
  }

  private boolean isFlood(long nowNs) {
    if (refusalWindowNs == Nanos.NEVER || nowNs - refusalWindowNs >= Nanos.SECOND) {
      printUnprinted();
      refusalWindowNs = nowNs;
      refusalsInWindow = 0;
    }
    if (refusalsInWindow++ < REFUSALS_PER_SECOND || verbose) {
      return false;
    }
    refusalsUnprinted++;
    return true;
  }

  private void printUnprinted() {
    if (refusalsUnprinted == 0) {
      return;
    }
    if (json) {
      out.println(line("unprinted").put("failed", refusalsUnprinted));
    } else {
      err.println("failed   " + refusalsUnprinted + " more that had stored nothing");
    }
    refusalsUnprinted = 0;
  }

  void stopped() {
    printUnprinted();
    if (json) {
      out.println(line("stopped"));
    } else if (!quiet) {
      out.println("stopped");
    }
  }

  private static JsonLine transfer(String type, InetSocketAddress peer, ReceiverEvent event) {
    return line(type)
        .put("peer", format(peer))
        .put("name", event.name())
        .put("sizeBytes", event.sizeBytes());
  }

  private static JsonLine line(String type) {
    return new JsonLine(SCHEMA).put("event", type);
  }

  private static String name(ReceiverEvent event) {
    return "'" + Printable.escape(event.name()) + "'";
  }

  private static String format(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
