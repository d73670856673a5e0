package dev.ferry.cli;

import dev.ferry.impair.ImpairmentSpec;
import dev.ferry.impair.ImpairmentSpec.Blackhole;
import dev.ferry.impair.ImpairmentSpec.QueueLimit;
import dev.ferry.impair.Jitter;
import dev.ferry.impair.Jitter.Shape;
import dev.ferry.impair.LossModel;
import dev.ferry.impair.RateLimit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Impairments as people write them: {@code loss=10%,delay=50ms,jitter=10ms}. */
public final class ImpairmentText {
  /** The properties that can be given, for help texts. */
  public static final String HELP =
      "loss=10% (or burst:10%:4 with a mean burst, every:7, list:3+17), delay=50ms,"
          + " jitter=10ms (or 10ms:normal:50% with shape and correlation), reorder=5%:10ms,"
          + " duplicate=5%, replay=1%, corrupt=1%, truncate=1%, rate=10mbit, queue=64KiB (or 100ms),"
          + " mtu=1400, blackhole=5s/2s, preset=wifi (or lte, satellite, transatlantic)";

  private ImpairmentText() {}

  /** An impairment for which there is a name. */
  private enum Preset {
    WIFI("loss=burst:1%:3,delay=2ms,jitter=3ms:pareto,reorder=0.1%:5ms,rate=50mbit"),
    LTE("loss=burst:0.5%:4,delay=25ms,jitter=8ms:normal,rate=20mbit,queue=200ms"),
    SATELLITE("loss=0.5%,delay=300ms,jitter=2ms:normal,rate=20mbit,queue=600ms"),
    TRANSATLANTIC("loss=0.1%,delay=40ms,jitter=0.5ms:normal,rate=200mbit,queue=100ms");

    private final String text;

    Preset(String text) {
      this.text = text;
    }
  }

  private static List<String> presetNames() {
    return Arrays.stream(Preset.values()).map(p -> p.name().toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * Applies a list of properties to a path.
   *
   * @param text {@code name=value} pairs, separated by commas
   * @throws CommandException if one is unknown or out of range; the message says which
   */
  public static ImpairmentSpec apply(ImpairmentSpec spec, String text) throws CommandException {
    ImpairmentSpec result = spec;
    for (String pair : text.split(",", -1)) {
      int split = pair.indexOf('=');
      if (split < 0) {
        throw new CommandException(
            ExitCode.USAGE, "impairment '" + Printable.escape(pair) + "' is not NAME=VALUE");
      }
      result = apply(result, pair.substring(0, split).trim(), pair.substring(split + 1).trim());
    }
    return result;
  }

  private static ImpairmentSpec apply(ImpairmentSpec spec, String name, String value)
      throws CommandException {
    try {
      return name.equals("preset") ? preset(spec, value) : change(spec, name, value);
    } catch (IllegalArgumentException e) {
      throw new CommandException(
          ExitCode.USAGE,
          String.format(
              Locale.ROOT,
              "%s: '%s' is not right: %s",
              Printable.escape(name),
              Printable.escape(value),
              e.getMessage()));
    }
  }

  private static ImpairmentSpec preset(ImpairmentSpec spec, String name) throws CommandException {
    if (!presetNames().contains(name)) {
      throw new IllegalArgumentException("use one of " + String.join(", ", presetNames()));
    }
    return apply(spec, Preset.valueOf(name.toUpperCase(Locale.ROOT)).text);
  }

  private static ImpairmentSpec change(ImpairmentSpec spec, String name, String value) {
    String[] parts = value.split(":", -1);
    return switch (name) {
      case "loss" -> spec.withLoss(loss(parts));
      case "delay" -> spec.withDelay(time(value), spec.jitter());
      case "jitter" -> spec.withDelay(spec.delayNs(), jitter(parts));
      case "reorder" ->
          spec.withReorder(
              share(parts[0]), parts.length > 1 ? time(parts[1]) : spec.reorderHoldNs());
      case "duplicate" -> spec.withDuplicate(share(value));
      case "corrupt" -> spec.withDamage(share(value), spec.truncate());
      case "truncate" -> spec.withDamage(spec.corrupt(), share(value));
      case "rate" -> spec.withRate(new RateLimit.Constant(bitsPerSecond(value)), spec.queue());
      case "queue" -> spec.withRate(spec.rate(), queue(value));
      case "mtu" -> spec.withMtu(Math.toIntExact(Math.min(1 << 20, Units.parseBytes(value))));
      case "blackhole" -> spec.withBlackhole(blackhole(value));
      case "replay" -> spec.withReplay(share(value));
      default -> throw new IllegalArgumentException("there is no such impairment");
    };
  }

  private static LossModel loss(String[] parts) {
    return switch (parts[0]) {
      case "burst" -> {
        requireParts(parts, 3, "burst:SHARE:MEAN");
        yield new LossModel.GilbertElliott(share(parts[1]), number(parts[2]));
      }
      case "every" -> {
        requireParts(parts, 2, "every:N");
        yield new LossModel.EveryNth(Long.parseLong(parts[1]));
      }
      case "list" -> {
        requireParts(parts, 2, "list:N+N+N");
        Set<Long> numbers =
            Arrays.stream(parts[1].split("\\+", -1)).map(Long::valueOf).collect(Collectors.toSet());
        yield new LossModel.DropList(numbers);
      }
      default -> {
        requireParts(parts, 1, "SHARE");
        yield new LossModel.Independent(share(parts[0]));
      }
    };
  }

  private static void requireParts(String[] parts, int count, String form) {
    if (parts.length != count) {
      throw new IllegalArgumentException("the form is " + form);
    }
  }

  private static Jitter jitter(String[] parts) {
    Shape shape =
        parts.length > 1 ? Shape.valueOf(parts[1].toUpperCase(Locale.ROOT)) : Shape.UNIFORM;
    return new Jitter(shape, time(parts[0]), parts.length > 2 ? share(parts[2]) : 0);
  }

  private static QueueLimit queue(String value) {
    return value.endsWith("s")
        ? new QueueLimit(Long.MAX_VALUE, time(value))
        : new QueueLimit(Units.parseBytes(value), Long.MAX_VALUE);
  }

  private static Blackhole blackhole(String value) {
    String[] parts = value.split("/", -1);
    requireParts(parts, 2, "UP/DOWN");
    return new Blackhole(time(parts[0]), time(parts[1]));
  }

  /** A time, which may be a fraction of its unit, as 0.5ms. */
  private static long time(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      return Units.parseNanos(text);
    }
    String unit = text.replaceFirst("^[0-9]*\\.[0-9]*", "");
    String digits = text.substring(0, text.length() - unit.length());
    return Math.round(number(digits) * Units.parseNanos("1" + unit));
  }

  /** A share as 10%, 0.1 % or 0.001. */
  private static double share(String text) {
    return text.endsWith("%")
        ? number(text.substring(0, text.length() - 1).trim()) / 100
        : number(text);
  }

  private static double number(String text) {
    if (!text.matches("[0-9]*\\.?[0-9]+")) {
      throw new IllegalArgumentException("'" + text + "' is not a number");
    }
    return Double.parseDouble(text);
  }

  private static long bitsPerSecond(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replaceFirst("(/s|ps)$", "");
    if (!lower.endsWith("bit")) {
      throw new IllegalArgumentException("a rate is in bit, kbit, mbit or gbit a second");
    }
    String digits = lower.replaceFirst("[kmg]?bit$", "");
    double unit =
        switch (lower.charAt(digits.length())) {
          case 'k' -> 1e3;
          case 'm' -> 1e6;
          case 'g' -> 1e9;
          default -> 1;
        };
    return Math.round(number(digits) * unit);
  }
}
