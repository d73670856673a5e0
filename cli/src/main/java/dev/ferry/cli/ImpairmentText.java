package dev.ferry.cli;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.ImpairmentSpec.Blackhole;
import dev.ferry.netsim.ImpairmentSpec.QueueLimit;
import dev.ferry.netsim.ImpairmentSpec.Rebinding;
import dev.ferry.netsim.Jitter;
import dev.ferry.netsim.Jitter.Shape;
import dev.ferry.netsim.RateLimit;
import dev.ferry.netsim.Selection;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads and writes impairments as text: {@code loss=10%,delay=50ms,jitter=10ms}. */
public final class ImpairmentText {
  /** The properties, for help texts. */
  public static final String HELP =
      "loss=10% (or 30%:3 with at most 3 in a row, burst:10%:4 with a mean burst, every:7,"
          + " list:3+17; the same for the other shares), delay=50ms,"
          + " jitter=10ms (or 10ms:normal:50% with shape and correlation; uniform, normal, pareto"
          + " or @FILE), reorder=5%:10ms, duplicate=5%, replay=1%, corrupt=1%, truncate=1%,"
          + " rate=10mbit (or @FILE), queue=64KiB (or 100ms, 25pkt), mtu=1400, blackhole=5s/2s,"
          + " rebind=5s (or 1s/5s:address), preset=wifi (or lte, satellite, transatlantic,"
          + " interop-goodput, interop-longrtt, interop-blackhole, interop-handshakeloss,"
          + " interop-handshakecorruption, interop-transferloss, interop-transfercorruption,"
          + " interop-rebind-port, interop-rebind-addr)";

  private static final String NONE = "none";
  private static final String PRESET = "preset";

  /** A property, with the functions that read it into a path's impairments and write it. */
  private record Property(
      String name,
      BiFunction<ImpairmentSpec, String, ImpairmentSpec> reader,
      Function<ImpairmentSpec, String> writer) {}

  private static final List<Property> PROPERTIES =
      List.of(
          selection("loss", ImpairmentSpec::withLoss, ImpairmentSpec::loss),
          new Property(
              "delay",
              (spec, text) -> spec.withDelay(time(text), spec.jitter()),
              spec -> time(spec.delayNs())),
          new Property(
              "jitter",
              (spec, text) -> spec.withDelay(spec.delayNs(), jitter(text)),
              spec -> jitter(spec.jitter())),
          new Property("reorder", ImpairmentText::reorder, ImpairmentText::reorder),
          selection("duplicate", ImpairmentSpec::withDuplicate, ImpairmentSpec::duplicate),
          selection("replay", ImpairmentSpec::withReplay, ImpairmentSpec::replay),
          selection("corrupt", ImpairmentSpec::withCorrupt, ImpairmentSpec::corrupt),
          selection("truncate", ImpairmentSpec::withTruncate, ImpairmentSpec::truncate),
          new Property(
              "rate",
              (spec, text) -> spec.withRate(rate(text), spec.queue()),
              spec -> rate(spec.rate())),
          new Property(
              "queue",
              (spec, text) -> spec.withRate(spec.rate(), queue(text)),
              spec -> queue(spec.queue())),
          new Property(
              "mtu", (spec, text) -> spec.withMtu(mtu(text)), spec -> mtu(spec.mtuBytes())),
          new Property(
              "blackhole",
              (spec, text) -> spec.withBlackhole(blackhole(text)),
              spec -> blackhole(spec.blackhole())),
          new Property(
              "rebind",
              (spec, text) -> spec.withRebinding(rebinding(text)),
              spec -> rebinding(spec.rebinding())));

  private ImpairmentText() {}

  private static Property selection(
      String name,
      BiFunction<ImpairmentSpec, Selection, ImpairmentSpec> setter,
      Function<ImpairmentSpec, Selection> getter) {
    return new Property(
        name,
        (spec, text) -> setter.apply(spec, SelectionText.parse(text)),
        spec -> SelectionText.format(getter.apply(spec)));
  }

  /** The names of all properties. */
  public static List<String> names() {
    return Stream.concat(PROPERTIES.stream().map(Property::name), Stream.of(PRESET)).toList();
  }

  /** The names of the presets. */
  public static List<String> presets() {
    return ImpairmentPreset.publicNames();
  }

  /**
   * Applies a list of properties to a path.
   *
   * @param text {@code name=value} pairs, separated by commas
   * @throws CommandException if a property is unknown or out of range; the message says which
   */
  public static ImpairmentSpec apply(ImpairmentSpec spec, String text) throws CommandException {
    ImpairmentSpec result = spec;
    for (String pair : text.split(",", -1)) {
      int split = pair.indexOf('=');
      if (split < 0) {
        throw new CommandException(
            ExitCode.USAGE, "impairment '" + Escaper.escape(pair) + "' is not NAME=VALUE");
      }
      result = apply(result, pair.substring(0, split).trim(), pair.substring(split + 1).trim());
    }
    return result;
  }

  /**
   * The properties that differ from those of a perfect path, by name; {@link #apply} reads them
   * back.
   */
  public static Map<String, String> describe(ImpairmentSpec spec) {
    Map<String, String> result = new LinkedHashMap<>();
    for (Property property : PROPERTIES) {
      String value = property.writer.apply(spec);
      if (!value.equals(property.writer.apply(ImpairmentSpec.NONE))) {
        result.put(property.name(), value);
      }
    }
    return result;
  }

  private static ImpairmentSpec apply(ImpairmentSpec spec, String name, String value)
      throws CommandException {
    try {
      return name.equals(PRESET)
          ? apply(spec, ImpairmentPreset.of(value).text())
          : property(name).reader.apply(spec, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "%s: '%s' is not right: %s",
              Escaper.escape(name),
              Escaper.escape(value),
              e.getMessage()));
    }
  }

  private static Property property(String name) {
    return PROPERTIES.stream()
        .filter(property -> property.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no such impairment"));
  }

  /** Reads a selection, with an optional time after its last colon. */
  private static ImpairmentSpec reorder(ImpairmentSpec spec, String text) {
    int split = text.lastIndexOf(':');
    return split >= 0 && text.endsWith("s")
        ? spec.withReorder(
            SelectionText.parse(text.substring(0, split)), time(text.substring(split + 1)))
        : spec.withReorder(SelectionText.parse(text), spec.reorderHoldNs());
  }

  private static String reorder(ImpairmentSpec spec) {
    return SelectionText.format(spec.reorder()) + ":" + time(spec.reorderHoldNs());
  }

  /** Reads a spread, a shape and a correlation; the name of a shape's file may contain colons. */
  private static Jitter jitter(String text) {
    String[] parts = text.split(":", 2);
    long spreadNs = time(parts[0]);
    if (parts.length == 1) {
      return new Jitter(Shape.UNIFORM, spreadNs, 0);
    }
    String shape = parts[1].replaceFirst(":[0-9.]+%?$", "");
    double correlation =
        shape.equals(parts[1]) ? 0 : SelectionText.share(parts[1].substring(shape.length() + 1));
    return new Jitter(
        shape.startsWith("@") ? ImpairmentFiles.jitter(shape.substring(1)) : shape(shape),
        spreadNs,
        correlation);
  }

  private static Shape shape(String text) {
    return Arrays.stream(Shape.values())
        .filter(shape -> shape.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("the shape is uniform, normal, pareto or @FILE"));
  }

  private static String jitter(Jitter jitter) {
    String spread = time(jitter.spreadNs());
    String shape =
        jitter.distribution() instanceof Jitter.Table table
            ? table.name()
            : ((Shape) jitter.distribution()).name().toLowerCase(Locale.ROOT);
    if (jitter.correlation() > 0) {
      return spread + ":" + shape + ":" + SelectionText.share(jitter.correlation());
    }
    return jitter.distribution() == Shape.UNIFORM ? spread : spread + ":" + shape;
  }

  private static RateLimit rate(String text) {
    if (text.equals(NONE)) {
      return RateLimit.NONE;
    }
    return text.startsWith("@")
        ? ImpairmentFiles.rate(text.substring(1))
        : new RateLimit.Constant(Units.parseBitsPerSecond(text));
  }

  private static String rate(RateLimit rate) {
    if (rate instanceof RateLimit.Constant constant) {
      long bits = constant.bitsPerSecond();
      return bits % 1_000_000 == 0 ? bits / 1_000_000 + "mbit" : bits + "bit";
    }
    return rate instanceof RateLimit.Trace trace ? trace.name() : NONE;
  }

  private static QueueLimit queue(String text) {
    if (text.endsWith("pkt")) {
      return QueueLimit.ofDatagrams(Units.parseBytes(text.substring(0, text.length() - 3)));
    }
    return text.endsWith("s")
        ? QueueLimit.ofTime(time(text))
        : QueueLimit.ofBytes(Units.parseBytes(text));
  }

  private static String queue(QueueLimit queue) {
    if (queue.datagrams() != Long.MAX_VALUE) {
      return queue.datagrams() + "pkt";
    }
    return queue.waitNs() != Long.MAX_VALUE
        ? time(queue.waitNs())
        : Units.exactBytes(queue.bytes());
  }

  private static int mtu(String text) {
    return text.equals(NONE)
        ? ImpairmentSpec.UNLIMITED_MTU
        : (int) Math.min(ImpairmentSpec.UNLIMITED_MTU, Units.parseBytes(text));
  }

  private static String mtu(int bytes) {
    return bytes == ImpairmentSpec.UNLIMITED_MTU ? NONE : Integer.toString(bytes);
  }

  private static Blackhole blackhole(String text) {
    if (text.equals(NONE)) {
      return Blackhole.NEVER;
    }
    String[] parts = text.split("/", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("the form is UP/DOWN");
    }
    return new Blackhole(time(parts[0]), time(parts[1]));
  }

  private static String blackhole(Blackhole blackhole) {
    return blackhole.downNs() == 0 ? NONE : time(blackhole.upNs()) + "/" + time(blackhole.downNs());
  }

  private static Rebinding rebinding(String text) {
    if (text.equals(NONE)) {
      return Rebinding.NEVER;
    }
    boolean address = text.endsWith(":address");
    String[] parts = text.replaceFirst(":(address|port)$", "").split("/", -1);
    if (parts.length > 2) {
      throw new IllegalArgumentException("the form is EVERY or FIRST/EVERY");
    }
    long everyNs = time(parts[parts.length - 1]);
    if (everyNs == 0) {
      throw new IllegalArgumentException("the time must be above zero");
    }
    return new Rebinding(time(parts[0]), everyNs, address);
  }

  private static String rebinding(Rebinding rebinding) {
    if (rebinding.everyNs() == 0) {
      return NONE;
    }
    return time(rebinding.firstNs())
        + "/"
        + time(rebinding.everyNs())
        + (rebinding.address() ? ":address" : "");
  }

  /** Reads a time, which may have a fraction, as in 0.5ms. */
  private static long time(String text) {
    if (text.equals(NONE)) {
      return 0;
    }
    int dot = text.indexOf('.');
    if (dot < 0) {
      return Units.parseNanos(text);
    }
    String unit = text.replaceFirst("^[0-9]*\\.[0-9]*", "");
    String digits = text.substring(0, text.length() - unit.length());
    return Math.round(SelectionText.number(digits) * Units.parseNanos("1" + unit));
  }

  private static String time(long nanos) {
    return Units.exactNanos(nanos);
  }
}
