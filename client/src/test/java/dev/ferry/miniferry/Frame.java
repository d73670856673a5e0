package dev.ferry.miniferry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What a packet is made of (protocol section 10). Nobody compares or changes the arrays. */
@SuppressWarnings("ArrayRecordComponent")
sealed interface Frame {
  /** That a finish has the SHA-256 of the file. */
  byte BY_SHA256 = 1;

  /** A file: its length in bytes, the time of its last change in ns since 1970, and its mode. */
  record Attributes(long size, long modified, int mode) {
    private void encode(ByteBuffer out) {
      out.putLong(size).putLong(modified).putShort((short) mode);
    }

    private static Attributes decode(ByteBuffer in) {
      return new Attributes(in.getLong(), in.getLong(), in.getShort());
    }
  }

  /** A range of packet numbers or offsets, from the first to before the end. */
  record Range(long first, long end) {}

  record Padding() implements Frame {}

  record Ping() implements Frame {}

  /** The highest range comes first. */
  record Ack(List<Range> ranges) implements Frame {}

  record Data(long offset, byte[] content) implements Frame {}

  record Open(boolean get, int flags, byte[] transfer, Attributes file, String name)
      implements Frame {}

  /** An open without content: 3 verify, 4 remove. */
  record Ask(int operation, byte[] transfer, String name) implements Frame {}

  /** The lowest range comes first. */
  record Accept(Attributes file, List<Range> ranges) implements Frame {}

  record Reject(int reason, String text) implements Frame {}

  record Window(long end) implements Frame {}

  record Finish(long size, byte[] digest, long leftOut) implements Frame {}

  record Done() implements Frame {}

  record Challenge(long random) implements Frame {}

  record Response(long random) implements Frame {}

  /** Bytes a second, or 0 for no cap. */
  record MaxRate(long rate) implements Frame {}

  record Close(int code, String text) implements Frame {}

  /** Whether it is to be acknowledged. */
  default boolean callsForAck() {
    return !(this instanceof Padding || this instanceof Ack || this instanceof Close);
  }

  /** All frames of a packet; an exception of some kind if it is malformed. */
  static List<Frame> decodeAll(byte[] content) {
    ByteBuffer in = ByteBuffer.wrap(content);
    List<Frame> frames = new ArrayList<>();
    while (in.hasRemaining()) {
      frames.add(decode(in));
    }
    return frames;
  }

  private static Frame decode(ByteBuffer in) {
    int type = in.get();
    return switch (type) {
      case 0 -> new Padding();
      case 1 -> new Ping();
      case 2 -> decodeAck(in);
      case 3 ->
          new Data(((in.getShort() & 0xFFFFL) << 32) | (in.getInt() & 0xFFFF_FFFFL), rest(in));
      case 4 -> {
        onlyFile(in);
        yield new Open(in.get() == 1, in.get(), bytes(in, 16), Attributes.decode(in), text(in, 2));
      }
      case 5 -> {
        onlyFile(in);
        yield decodeAccept(in);
      }
      case 6 -> {
        onlyFile(in);
        int reason = in.get() & 0xFF;
        varint(in);
        yield new Reject(reason, text(in, 1));
      }
      case 7 -> {
        onlyFile(in);
        yield new Window(in.getLong());
      }
      case 8 -> {
        onlyFile(in);
        yield decodeFinish(in);
      }
      case 9 -> {
        onlyFile(in);
        yield new Done();
      }
      case 10 -> new Challenge(in.getLong());
      case 11 -> new Response(in.getLong());
      case 12 -> new Close(in.get() & 0xFF, text(in, 1));
      case 26 -> new MaxRate(varint(in));
      default -> throw new IllegalArgumentException("frame of type " + type);
    };
  }

  /** The number of the file, of which there is one. */
  private static void onlyFile(ByteBuffer in) {
    if (varint(in) != 0) {
      throw new IllegalArgumentException("another file");
    }
  }

  private static Frame decodeFinish(ByteBuffer in) {
    long size = in.getLong();
    if (in.get() != BY_SHA256) {
      throw new IllegalArgumentException("a finish without the digest");
    }
    byte[] digest = bytes(in, 32);
    return new Finish(size, digest, varint(in));
  }

  private static Frame decodeAck(ByteBuffer in) {
    long largest = varint(in);
    varint(in);
    long further = varint(in);
    List<Range> ranges = new ArrayList<>();
    long smallest = largest - varint(in);
    ranges.add(new Range(smallest, largest + 1));
    for (long i = 0; i < further; i++) {
      largest = smallest - varint(in) - 2;
      smallest = largest - varint(in);
      ranges.add(new Range(smallest, largest + 1));
    }
    varint(in);
    varint(in);
    varint(in);
    return new Ack(ranges);
  }

  private static Frame decodeAccept(ByteBuffer in) {
    Attributes file = Attributes.decode(in);
    List<Range> ranges = new ArrayList<>();
    long end = 0;
    for (long count = varint(in); count > 0; count--) {
      long first = end + varint(in);
      end = first + varint(in);
      ranges.add(new Range(first, end));
    }
    return new Accept(file, ranges);
  }

  /** Appends it to a packet. */
  default void encode(ByteBuffer out) {
    if (this instanceof Padding) {
      out.put((byte) 0);
    } else if (this instanceof Ping) {
      out.put((byte) 1);
    } else if (this instanceof Ack ack) {
      encodeAck(ack, out.put((byte) 2));
    } else if (this instanceof Data data) {
      out.put((byte) 3).putShort((short) (data.offset >> 32)).putInt((int) data.offset);
      out.put(data.content);
    } else if (this instanceof Open open) {
      out.put((byte) 4)
          .put((byte) 0)
          .put((byte) (open.get ? 1 : 0))
          .put((byte) open.flags)
          .put(open.transfer);
      open.file.encode(out);
      byte[] name = open.name.getBytes(UTF_8);
      out.putShort((short) name.length).put(name);
    } else if (this instanceof Ask ask) {
      out.put((byte) 4).put((byte) 0).put((byte) ask.operation).put((byte) 0).put(ask.transfer);
      new Attributes(0, 0, 0).encode(out);
      byte[] name = ask.name.getBytes(UTF_8);
      out.putShort((short) name.length).put(name);
    } else if (this instanceof Accept accept) {
      accept.file.encode(out.put((byte) 5).put((byte) 0));
      putVarint(accept.ranges.size(), out);
      long end = 0;
      for (Range range : accept.ranges) {
        putVarint(range.first - end, out);
        putVarint(range.end - range.first, out);
        end = range.end;
      }
    } else if (this instanceof Reject reject) {
      putText(reject.text, out.put((byte) 6).put((byte) 0).put((byte) reject.reason).put((byte) 0));
    } else if (this instanceof Window window) {
      out.put((byte) 7).put((byte) 0).putLong(window.end);
    } else if (this instanceof Finish finish) {
      out.put((byte) 8).put((byte) 0).putLong(finish.size).put(BY_SHA256).put(finish.digest);
      putVarint(finish.leftOut, out);
    } else if (this instanceof Done) {
      out.put((byte) 9).put((byte) 0);
    } else if (this instanceof Challenge challenge) {
      out.put((byte) 10).putLong(challenge.random);
    } else if (this instanceof Response response) {
      out.put((byte) 11).putLong(response.random);
    } else if (this instanceof Close close) {
      putText(close.text, out.put((byte) 12).put((byte) close.code));
    } else if (this instanceof MaxRate cap) {
      putVarint(cap.rate, out.put((byte) 26));
    }
  }

  private static void encodeAck(Ack ack, ByteBuffer out) {
    Range first = ack.ranges.get(0);
    putVarint(first.end - 1, out);
    putVarint(0, out);
    putVarint(ack.ranges.size() - 1, out);
    putVarint(first.end - 1 - first.first, out);
    for (int i = 1; i < ack.ranges.size(); i++) {
      Range range = ack.ranges.get(i);
      putVarint(ack.ranges.get(i - 1).first - range.end - 1, out);
      putVarint(range.end - 1 - range.first, out);
    }
    // As if the clock stood still.
    out.put((byte) 0).put((byte) 0).put((byte) 0);
  }

  static long varint(ByteBuffer in) {
    byte first = in.get();
    long value = first & 0x3F;
    for (int further = (1 << ((first & 0xFF) >> 6)) - 1; further > 0; further--) {
      value = (value << 8) | (in.get() & 0xFF);
    }
    return value;
  }

  private static void putVarint(long value, ByteBuffer out) {
    if (value < 1 << 6) {
      out.put((byte) value);
    } else if (value < 1 << 14) {
      out.putShort((short) (value | (1 << 14)));
    } else if (value < 1 << 30) {
      out.putInt((int) (value | (2L << 30)));
    } else {
      out.putLong(value | (3L << 62));
    }
  }

  private static String text(ByteBuffer in, int lengthBytes) {
    int length = lengthBytes == 1 ? in.get() & 0xFF : in.getShort() & 0xFFFF;
    return new String(bytes(in, length), UTF_8);
  }

  private static void putText(String text, ByteBuffer out) {
    byte[] bytes = text.getBytes(UTF_8);
    out.put((byte) bytes.length).put(bytes);
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static byte[] rest(ByteBuffer in) {
    return bytes(in, in.remaining());
  }
}
