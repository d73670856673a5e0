package dev.ferry.framing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Byte streams to feed decoders with, and what comes out. */
final class Streams {
  private Streams() {}

  /** The bytes that the numbers stand for. */
  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /** A copy of what a buffer has. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** The messages as frames, one behind the other. */
  static byte[] encode(MessageEncoder encoder, List<byte[]> messages) {
    int enough = messages.stream().mapToInt(m -> encoder.maxEncodedLength(m.length)).sum();
    ByteBuffer out = ByteBuffer.allocate(enough);
    for (byte[] message : messages) {
      encoder.encode(ByteBuffer.wrap(message), out);
    }
    return bytes(out.flip());
  }

  /** Asks until there is no more, and adds copies of what it gets. */
  static void drain(MessageDecoder decoder, ByteBuffer in, List<byte[]> messages)
      throws MessageFormatException {
    for (ByteBuffer message = decoder.next(in); message != null; message = decoder.next(in)) {
      messages.add(bytes(message));
    }
  }

  /**
   * Feeds a stream in pieces of the given lengths, each in a buffer of its own.
   *
   * @return copies of the messages
   */
  static List<byte[]> decode(MessageDecoder decoder, byte[] stream, List<Integer> pieceLengths)
      throws MessageFormatException {
    List<byte[]> messages = new ArrayList<>();
    int start = 0;
    for (int length : pieceLengths) {
      byte[] piece = new byte[length];
      System.arraycopy(stream, start, piece, 0, length);
      drain(decoder, ByteBuffer.wrap(piece), messages);
      start += length;
    }
    return messages;
  }

  /** One piece. */
  static List<Integer> allAtOnce(int bytes) {
    return List.of(bytes);
  }

  /** Pieces of one byte. */
  static List<Integer> oneByOne(int bytes) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < bytes; i++) {
      lengths.add(1);
    }
    return lengths;
  }

  /** Pieces of anything, mostly short. */
  static List<Integer> atRandom(int bytes, RandomGenerator random) {
    List<Integer> lengths = new ArrayList<>();
    int left = bytes;
    while (left > 0) {
      int length = Math.min(left, random.nextInt(1 << random.nextInt(1, 12)));
      lengths.add(length);
      left -= length;
    }
    return lengths;
  }
}
