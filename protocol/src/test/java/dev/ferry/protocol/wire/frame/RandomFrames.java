package dev.ferry.protocol.wire.frame;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/** Seeded frames of every kind, in the words of docs/vectors/frames.txt. */
final class RandomFrames {
  private static final int[] LETTERS = {' ', '/', '.', '=', 'a', '\n', 0, 0xe9, 0x20ac, 0x10ffff};

  private final Random random;

  RandomFrames(long seed) {
    this.random = new Random(seed);
  }

  /** One packet: up to five frames, of which only the last one may be data. */
  List<FrameScript> packet() {
    List<FrameScript> frames = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      frames.add(other());
    }
    frames.add(random.nextBoolean() ? data() : other());
    return frames;
  }

  private FrameScript data() {
    return script(
        "data file=%d offset=%d content=%s",
        file(), bits(48) & ~0xffffL, hex(1 + random.nextInt(100)));
  }

  FrameScript other() {
    return switch (random.nextInt(15)) {
      case 0 -> script("ping");
      case 1 -> script("done file=%d", file());
      case 2 -> script("window file=%d limit=%d", file(), bits(63));
      case 3 -> script("challenge random=%016x", random.nextLong());
      case 4 -> script("response random=%016x", random.nextLong());
      case 5 -> script("close code=%d text=%s", bits(8), text(60));
      case 6 ->
          script("reject file=%d reason=%d after=%d text=%s", file(), bits(8), bits(62), text(60));
      case 7 -> script("finish file=%d size=%d %s leftOut=%d", file(), bits(48), digests(), file());
      case 8 -> accept();
      case 9 ->
          script(
              "open file=%d operation=%s flags=%d transfer=%s size=%d modified=%d mode=%d name=%s",
              file(),
              random.nextBoolean() ? "put" : "get",
              bits(2),
              hex(16),
              bits(48),
              random.nextLong(),
              bits(9),
              text(300));
      case 10 -> script("max-rate rate=%d", bits(62));
      case 11 ->
          script(
              "short-data file=%d offset=%d content=%s",
              file(), bits(47), hex(1 + random.nextInt(100)));
      case 12 -> script("cancel file=%d code=%d text=%s", file(), bits(8), text(60));
      case 13 -> again();
      default -> ack();
    };
  }

  private FrameScript ack() {
    long top = bits(62);
    StringJoiner ranges = new StringJoiner(",");
    for (int left = 1 + random.nextInt(64); left > 0 && top >= 0; left--) {
      long from = Math.max(0, top - bits(40));
      ranges.add(from + "-" + top);
      top = from - 2 - bits(40);
    }
    long largest = Long.parseLong(ranges.toString().split("[-,]", 3)[1]);
    return script(
        "ack ranges=%s delay=%d arrived=%d train=%d span=%d",
        ranges, bits(62), bits(62), Math.min(largest, bits(62)), bits(62));
  }

  private FrameScript accept() {
    StringJoiner ranges = new StringJoiner(",");
    long end = ranges(random.nextInt(65), ranges);
    return script(
        "accept file=%d size=%d modified=%d mode=%d has=%s",
        file(), end + bits(1) * bits(46), random.nextLong(), bits(9), ranges);
  }

  private FrameScript again() {
    StringJoiner ranges = new StringJoiner(",");
    ranges(1 + random.nextInt(64), ranges);
    return script("again file=%d ranges=%s", file(), ranges);
  }

  /** Makes some ranges of bytes, and tells where the last one ends. */
  private long ranges(int count, StringJoiner ranges) {
    long start = bits(1) * bits(40);
    long last = start;
    for (int left = count; left > 0; left--) {
      long end = start + 1 + bits(40);
      ranges.add(start + "-" + end);
      start = end + 1 + bits(40);
      last = end;
    }
    return last;
  }

  /** Mostly the first one. */
  private long file() {
    return random.nextBoolean() ? 0 : bits(62);
  }

  /** A number of up to so many bits, of any length with the same probability. */
  private long bits(int most) {
    int bits = random.nextInt(most + 1);
    return bits == 0 ? 0 : random.nextLong() >>> (Long.SIZE - bits);
  }

  private String hex(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private String text(int most) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(most + 1); left > 0; left--) {
      text.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString().replace("\n", "\\n");
  }

  /** The digest, the sums, or both. */
  private String digests() {
    int which = 1 + random.nextInt(3);
    String sha256 = (which & 1) == 0 ? "-" : hex(32);
    String sums = (which & 2) == 0 ? "-" : hex(32);
    return "sha256=" + sha256 + " sums=" + sums;
  }

  private static FrameScript script(String format, Object... fields) {
    return new FrameScript(String.format(Locale.ROOT, format, fields));
  }
}
