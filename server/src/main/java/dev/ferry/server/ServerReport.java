package dev.ferry.server;

import dev.ferry.cli.Addresses;
import dev.ferry.cli.BottleneckText;
import dev.ferry.cli.Escaper;
import dev.ferry.cli.JsonEvent;
import dev.ferry.cli.JsonLine;
import dev.ferry.cli.Units;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.Diagnosis;
import dev.ferry.protocol.connection.HostFacts;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.server.ServerEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.TokenBucket;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.RemoteName;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Prints one line, or one JSON object, for each started, finished and failed transfer. Not
 * thread-safe.
 */
final class ServerReport {
  /**
   * The largest number of refusals that are printed in a second; further ones are only counted,
   * because each costs a client just one datagram.
   */
  private static final int REFUSALS_PER_SECOND = 20;

  /** A failure that has stored less than this costs its peer next to nothing. */
  private static final long CHEAP_BYTES = 1024;

  /**
   * How many lines about lab transfers that go well are printed at once, because two datagrams from
   * anywhere are such a transfer; the refusals' rate is theirs from then on.
   */
  private static final int LAB_LINES_AT_ONCE = 1000;

  /** How many lines of what a hook has written are printed. */
  private static final int MAX_HOOK_LINES = 10;

  /** How much of a text from elsewhere is printed, in characters. */
  private static final int MAX_TEXT = 256;

  static final String SCHEMA = "ferry.server.v1";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean quiet;
  private final boolean json;
  private final boolean verbose;
  private final Supplier<String> prefix;
  private long refusalWindowNs = Nanos.NEVER;
  private int refusalsInWindow;
  private long refusalsUnprinted;
  private final TokenBucket labLines =
      new TokenBucket(LAB_LINES_AT_ONCE, Nanos.SECOND / REFUSALS_PER_SECOND);
  private long labLinesUnprinted;

  /**
   * Creates a report that has printed nothing.
   *
   * @param prefix what each line for people begins with, but for those before the first client
   */
  ServerReport(
      PrintStream out,
      PrintStream err,
      boolean quiet,
      boolean json,
      boolean verbose,
      Supplier<String> prefix) {
    this.prefix = prefix;
    this.out = out;
    this.err = err;
    this.quiet = quiet;
    this.json = json;
    this.verbose = verbose;
  }

  /** Prints a line for people. */
  private void say(PrintStream to, String line) {
    to.println(prefix.get() + line);
  }

  void listening(InetSocketAddress address, Path path) {
    String root = path.toString();
    if (json) {
      out.println(
          line("listening")
              .put("address", JsonEvent.address(address))
              .put("port", address.getPort())
              .put("root", root));
    } else if (!quiet) {
      out.println(
          "listening on "
              + format(address)
              + ", storing in "
              + Escaper.escape(root)
              + (address.getAddress().isAnyLocalAddress() ? advice(address.getPort()) : ""));
    }
  }

  /** What everybody may do: for the user, not for programs, however quiet the server is to be. */
  void exposed(String line) {
    if (!json) {
      err.println(line);
    }
  }

  /** What to type at another machine. */
  private static String advice(int port) {
    return Addresses.ofThisMachine()
        .map(
            host ->
                "; from elsewhere: ferry client "
                    + JsonEvent.address(new InetSocketAddress(host, port))
                    + " FILE")
        .orElse("");
  }

  /** Why each datagram is a system call of its own. */
  void offloadMissing(String reason) {
    if (verbose) {
      err.println("ferry server: no batches of datagrams: " + Escaper.escape(reason));
    }
  }

  /** What a hook has written, and how it has ended unless it let the file pass. */
  void hookEnded(String name, String outcome, String output) {
    boolean passed = outcome.equals("exit 0");
    if (json) {
      out.println(line("hook").put("name", name).put("outcome", outcome).put("output", output));
      return;
    }
    String shown = "'" + shown(name) + "'";
    output
        .lines()
        .filter(line -> !line.isBlank())
        .limit(MAX_HOOK_LINES)
        .forEach(line -> say(err, "hook     " + shown + ": " + shown(line)));
    if (!passed || verbose) {
      say(err, "hook     " + shown + ": " + Escaper.escape(outcome));
    }
  }

  void event(ServerEvent reported, long nowNs) {
    switch (reported.kind()) {
      case LAB -> labEvent(reported.peer(), ((ServerEvent.Lab) reported).event(), nowNs);
      case FERRY -> ferryEvent(reported.peer(), ((ServerEvent.Ferry) reported).event(), nowNs);
      case IGNORED -> ignored((ServerEvent.Ignored) reported);
    }
  }

  private void ignored(ServerEvent.Ignored ignored) {
    if (json) {
      out.println(
          line("ignored")
              .put("peer", format(ignored.peer()))
              .put("cause", ignored.reason().name())
              .put("datagrams", ignored.count()));
    } else {
      say(
          err,
          String.format(
              Locale.ROOT,
              "ignored  %s, %s: %d datagram(s) since the last such line",
              format(ignored.peer()),
              why(ignored.reason()),
              ignored.count()));
    }
  }

  private static String why(ServerEvent.Ignored.Reason reason) {
    return switch (reason) {
      case NO_KEY -> "which has no key";
      case ANOTHER_KEY -> "which has another key";
      case KEY_NOT_WANTED -> "which has a key, and this server none";
      case NO_LAB -> "which speaks lab mode, and this server does not";
      case MALFORMED -> "which began with what is no start and no hello";
    };
  }

  private void labEvent(InetSocketAddress peer, ReceiverEvent event, long nowNs) {
    Subject subject = new Subject(peer, event.name(), event.sizeBytes(), Operation.PUT, false);
    switch (event.kind()) {
      case STARTED -> {
        if (isPrintable(nowNs)) {
          started(subject, 0);
        }
      }
      case FINISHED -> {
        if (isPrintable(nowNs)) {
          ReceiverEvent.Finished finished = (ReceiverEvent.Finished) event;
          finished(
              subject, 0, finished.durationNs(), finished.duplicates(), finished.sha256Hex(), null);
        }
      }
      case FAILED -> {
        ReceiverEvent.Failed failed = (ReceiverEvent.Failed) event;
        failed(subject, failed.receivedBytes(), failed.cause().name(), failed.detail(), nowNs);
      }
    }
  }

  /** A copy asks for each of its files: only where one was read, that is worth a line. */
  private static boolean isMereQuestion(TransferEvent event) {
    return event.operation() == Operation.VERIFY
        && !(event instanceof TransferEvent.Finished finished && finished.sha256Hex() != null);
  }

  private void ferryEvent(InetSocketAddress peer, TransferEvent event, long nowNs) {
    if (isMereQuestion(event)) {
      return;
    }
    Subject subject = new Subject(peer, event.name(), event.sizeBytes(), event.operation(), true);
    switch (event.kind()) {
      case STARTED -> started(subject, ((TransferEvent.Started) event).resumedBytes());
      case FINISHED -> {
        TransferEvent.Finished finished = (TransferEvent.Finished) event;
        TransferStats stats = finished.stats();
        finished(
            subject,
            finished.resumedBytes(),
            stats.durationNs(),
            stats.retransmissions(),
            finished.sha256Hex(),
            finished.connection());
      }
      case FAILED -> {
        TransferEvent.Failed failed = (TransferEvent.Failed) event;
        TransferFailure failure = failed.failure();
        failed(
            subject,
            failed.stats().acknowledgedBytes(),
            FailureLog.kind(failure),
            FailureLog.detail(failure),
            nowNs);
      }
    }
  }

  /**
   * The subject of an event.
   *
   * @param sizeBytes below 0 if it is not known yet
   * @param operation a put in lab mode, which knows nothing else
   */
  private record Subject(
      InetSocketAddress peer,
      String name,
      long sizeBytes,
      Operation operation,
      boolean isFerryMode) {
    @Override
    public String toString() {
      String verb =
          switch (operation) {
            case PUT -> "";
            case GET -> "get ";
            case LIST -> "list ";
            case VERIFY -> "verify ";
            case DIGESTS -> "compare ";
            case REMOVE -> "remove ";
          };
      return format(peer) + " " + verb + "'" + shown(name) + "'";
    }

    /** The size for people. */
    String size() {
      return sizeBytes < 0 ? "unknown size" : Units.formatBytes(sizeBytes);
    }

    /** Adds the size, as far as it is known. */
    JsonLine sized(JsonLine line) {
      return sizeBytes < 0 ? line : line.put("sizeBytes", sizeBytes);
    }

    /** The same for machines. */
    String repetitionsKey() {
      return switch (operation) {
        case PUT -> "duplicates";
        case GET, LIST, VERIFY, REMOVE, DIGESTS -> "retransmissions";
      };
    }

    /** The name of what was sent, or came, more than once. */
    String repetitions() {
      return switch (operation) {
        case PUT -> "duplicate(s)";
        case GET, LIST, VERIFY, REMOVE, DIGESTS -> "retransmission(s)";
      };
    }
  }

  private void started(Subject subject, long resumedBytes) {
    if (quiet) {
      return;
    }
    if (json) {
      out.println(subject.sized(transfer("started", subject)).put("resumedBytes", resumedBytes));
    } else {
      String resumed =
          resumedBytes == 0 ? "" : ", " + Units.formatBytes(resumedBytes) + " of it there already";
      say(out, "started  " + subject + ", " + subject.size() + resumed);
    }
  }

  private void finished(
      Subject subject,
      long resumedBytes,
      long durationNs,
      long duplicates,
      @Nullable String sha256Hex,
      @Nullable ConnectionSnapshot connection) {
    if (quiet) {
      return;
    }
    if (json) {
      JsonLine line =
          transfer("finished", subject)
              .put("sizeBytes", subject.sizeBytes())
              .put("resumedBytes", resumedBytes)
              .put("durationNs", durationNs)
              .put(subject.repetitionsKey(), duplicates);
      if (sha256Hex != null) {
        line.put("sha256", sha256Hex);
      }
      out.println(
          connection == null ? line : BottleneckText.put(line, diagnosis(subject, connection)));
    } else if (subject.operation() == Operation.REMOVE) {
      say(out, "finished " + subject);
    } else {
      say(
          out,
          String.format(
              Locale.ROOT,
              "finished %s, %s in %s (%s), %d %s, %s",
              subject,
              Units.formatBytes(subject.sizeBytes()),
              Units.formatNanos(durationNs),
              Units.formatRate(subject.sizeBytes() - resumedBytes, durationNs),
              duplicates,
              subject.repetitions(),
              sha256Hex == null ? "checked by the sums of its blocks" : "sha256 " + sha256Hex));
      if (verbose && connection != null) {
        Diagnosis found = diagnosis(subject, connection);
        String text =
            BottleneckText.of(found, connection, HostFacts.UNKNOWN, sends(subject), "client");
        say(out, "         " + subject + ": " + text);
      }
    }
  }

  /** The machine serves others at the same time, so it is not asked. */
  private static Diagnosis diagnosis(Subject subject, ConnectionSnapshot end) {
    return Diagnosis.of(end, HostFacts.UNKNOWN, sends(subject));
  }

  private static boolean sends(Subject subject) {
    return switch (subject.operation()) {
      case PUT -> false;
      case GET, LIST, VERIFY, REMOVE, DIGESTS -> true;
    };
  }

  private void failed(Subject subject, long doneBytes, String cause, String detail, long nowNs) {
    if (doneBytes < CHEAP_BYTES && isFlood(nowNs)) {
      return;
    }
    if (json) {
      JsonLine line = transfer("failed", subject);
      // Of a file that is not handed out there is none.
      boolean isKnown = subject.operation() == Operation.PUT || subject.sizeBytes() > 0;
      out.println(
          (isKnown ? subject.sized(line) : line)
              .put("doneBytes", doneBytes)
              .put("cause", cause)
              .put("message", excerpt(detail)));
    } else {
      say(
          err,
          String.format(
              Locale.ROOT,
              "failed   %s, %s of %s: %s",
              subject,
              Units.formatBytes(doneBytes),
              subject.size(),
              shown(detail)));
    }
  }

  /** Whether a line about a lab transfer that goes well is to be printed. */
  private boolean isPrintable(long nowNs) {
    if (quiet) {
      return false;
    }
    if (verbose || labLines.tryTake(nowNs)) {
      if (labLinesUnprinted > 0) {
        printUnprinted();
      }
      return true;
    }
    labLinesUnprinted++;
    return false;
  }

  /** A text from elsewhere, which may be as long as a datagram. */
  private static String shown(String text) {
    String escaped = Escaper.escape(text);
    return escaped.length() <= MAX_TEXT
        ? escaped
        : escaped.substring(0, MAX_TEXT) + "… (" + text.length() + " characters)";
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
    if (refusalsUnprinted == 0 && labLinesUnprinted == 0) {
      return;
    }
    if (json) {
      out.println(
          line("unprinted").put("failed", refusalsUnprinted).put("others", labLinesUnprinted));
    } else {
      if (refusalsUnprinted > 0) {
        say(err, "failed   " + refusalsUnprinted + " more that had stored next to nothing");
      }
      if (labLinesUnprinted > 0) {
        say(out, "         " + labLinesUnprinted + " more lines about transfers in lab mode");
      }
    }
    refusalsUnprinted = 0;
    labLinesUnprinted = 0;
  }

  void stopped() {
    printUnprinted();
    if (json) {
      out.println(line("stopped"));
    } else if (!quiet) {
      say(out, "stopped");
    }
  }

  private static JsonLine transfer(String type, Subject subject) {
    return line(type)
        .put("peer", format(subject.peer()))
        .put("name", excerpt(subject.name()))
        .put("operation", subject.operation().name().toLowerCase(Locale.ROOT))
        .put("mode", subject.isFerryMode() ? "ferry" : "lab");
  }

  /** A name as it is, unless it is longer than any that is stored. */
  private static String excerpt(String name) {
    return name.length() <= RemoteName.MAX_NAME_BYTES
        ? name
        : name.substring(0, RemoteName.MAX_NAME_BYTES);
  }

  private static JsonLine line(String type) {
    return JsonEvent.of(SCHEMA, type);
  }

  private static String format(InetSocketAddress address) {
    return JsonEvent.address(address);
  }
}
