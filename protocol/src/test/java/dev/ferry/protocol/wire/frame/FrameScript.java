package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Copy.Source;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One frame, in the words of docs/vectors/frames.txt. */
record FrameScript(String line) {

  String type() {
    return line.split(" ", 2)[0];
  }

  /**
   * Writes the frame.
   *
   * @return whether it fitted
   */
  boolean write(ByteBuffer buffer) {
    return switch (type()) {
      case "ping" -> FrameWriter.ping(buffer);
      case "done" -> FrameWriter.done(number("file"), buffer);
      case "ack" -> FrameWriter.ack(ranges(), times(), buffer);
      case "data" -> writeData(buffer);
      case "short-data" -> writeShortData(buffer);
      case "window" -> FrameWriter.window(number("file"), number("limit"), buffer);
      case "max-rate" -> FrameWriter.maxRate(number("rate"), buffer);
      case "challenge" -> FrameWriter.pathChallenge(random(), buffer);
      case "response" -> FrameWriter.pathResponse(random(), buffer);
      default -> FrameWriter.frame(frame(), buffer);
    };
  }

  private boolean writeData(ByteBuffer buffer) {
    byte[] content = HexFormat.of().parseHex(field("content"));
    boolean fits = FrameWriter.dataHeader(number("file"), number("offset"), buffer);
    if (fits) {
      buffer.put(content, 0, Math.min(content.length, buffer.remaining()));
    }
    return fits;
  }

  private boolean writeShortData(ByteBuffer buffer) {
    byte[] content = HexFormat.of().parseHex(field("content"));
    boolean fits =
        FrameWriter.shortDataHeader(number("file"), number("offset"), content.length, buffer);
    if (fits) {
      buffer.put(content);
    }
    return fits;
  }

  private Frame frame() {
    return switch (type()) {
      case "open" ->
          new Open(
              number("file"),
              Operation.valueOf(field("operation").toUpperCase(Locale.ROOT)),
              (number("flags") & 1) != 0,
              (number("flags") & 2) == 0,
              Bytes.copyOf(HexFormat.of().parseHex(field("transfer"))),
              file(),
              text("name"),
              (number("flags") & 16) != 0);
      case "accept" -> new Accept(number("file"), file(), ranges("has"));
      case "again" -> new Again(number("file"), ranges("ranges"));
      case "copy" -> new Copy(number("file"), Source.OLDER_FILE, ranges("ranges"));
      case "hole" -> new Copy(number("file"), Source.ZEROS, ranges("ranges"));
      case "reject" ->
          new Reject(number("file"), (int) number("reason"), number("after"), text("text"));
      case "finish" ->
          new Finish(
              number("file"),
              number("size"),
              new ContentCheck(digest("sha256"), digest("sums")),
              number("leftOut"));
      case "cancel" -> new Cancel(number("file"), (int) number("code"), text("text"));
      case "close" -> new Close((int) number("code"), text("text"));
      default -> throw new AssertionError(line);
    };
  }

  /** Null for a dash: it was not taken. */
  private Bytes digest(String name) {
    String text = field(name);
    return text.equals("-") ? null : Bytes.copyOf(HexFormat.of().parseHex(text));
  }

  private FileAttributes file() {
    FileKind kind = line.contains(" kind=") ? FileKind.of((int) number("kind")) : FileKind.FILE;
    return new FileAttributes(kind, number("size"), number("modified"), (int) number("mode"));
  }

  private AckTimes times() {
    return new AckTimes().set(number("delay"), number("arrived"), number("train"), number("span"));
  }

  private AckRanges ranges() {
    AckRanges ranges = new AckRanges();
    for (String range : field("ranges").split(",", -1)) {
      String[] numbers = range.split("-", 2);
      ranges.add(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
    }
    return ranges;
  }

  private List<ByteRange> ranges(String key) {
    List<ByteRange> ranges = new ArrayList<>();
    for (String range : field(key).isEmpty() ? new String[0] : field(key).split(",", -1)) {
      String[] offsets = range.split("-", 2);
      ranges.add(new ByteRange(Long.parseLong(offsets[0]), Long.parseLong(offsets[1])));
    }
    return ranges;
  }

  private long number(String key) {
    return Long.parseLong(field(key));
  }

  private long random() {
    return HexFormat.fromHexDigitsToLong(field("random"));
  }

  private String field(String key) {
    return found(" " + key + "=([^ ]*)");
  }

  private String text(String key) {
    return found(" " + key + "=(.*)").replace("\\n", "\n");
  }

  private String found(String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(line);
    if (!matcher.find()) {
      throw new AssertionError(pattern + " in " + line);
    }
    return matcher.group(1);
  }

  @Override
  public String toString() {
    return line.substring(0, Math.min(line.length(), 100));
  }
}
