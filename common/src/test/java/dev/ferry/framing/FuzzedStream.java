package dev.ferry.framing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A stream that the fuzzer made up, and how it is torn.
 *
 * @param bytes the stream
 * @param pieceLength of each piece but the last, in bytes, at least 1
 */
record FuzzedStream(ByteBuffer bytes, int pieceLength) {
  /** Short, so that the fuzzer finds the limit. */
  static final int MAX_MESSAGE_BYTES = 40;

  /** Long enough for some messages; what the fuzzer adds beyond is cut off. */
  private static final int MAX_STREAM_BYTES = 200;

  /** What a decoder made of a stream. */
  record Outcome(List<ByteBuffer> messages, boolean hasFailed, boolean isMidFrame) {}

  /** The first byte says how long the pieces are, the rest is the stream. */
  static FuzzedStream of(byte[] input) {
    if (input.length == 0) {
      return new FuzzedStream(ByteBuffer.wrap(input), 1);
    }
    return new FuzzedStream(
        ByteBuffer.wrap(input, 1, Math.min(MAX_STREAM_BYTES, input.length - 1)).slice(),
        Math.max(1, Byte.toUnsignedInt(input[0])));
  }

  /** Feeds it in pieces. */
  Outcome feed(MessageDecoder decoder) {
    return feed(decoder, pieceLength);
  }

  private Outcome feed(MessageDecoder decoder, int length) {
    List<ByteBuffer> messages = new ArrayList<>();
    try {
      for (int start = 0; start < bytes.limit(); start += length) {
        ByteBuffer in = bytes.slice(start, Math.min(length, bytes.limit() - start));
        for (ByteBuffer m = decoder.next(in); m != null; m = decoder.next(in)) {
          require(m.remaining() <= MAX_MESSAGE_BYTES, "longer than the maximum");
          messages.add(ByteBuffer.wrap(Streams.bytes(m)));
        }
        require(!in.hasRemaining(), "stopped before the end of a piece");
      }
    } catch (MessageFormatException e) {
      return new Outcome(messages, true, false);
    }
    return new Outcome(messages, false, decoder.isMidFrame());
  }

  /**
   * Whatever the stream is, the same comes out whole and torn; and the frames of what comes out are
   * what the stream begins with, so nothing was skipped, altered or invented.
   */
  void check(Supplier<MessageDecoder> decoders, MessageEncoder encoder) {
    Outcome whole = feed(decoders.get(), Math.max(1, bytes.limit()));
    require(feed(decoders.get(), pieceLength).equals(whole), "the pieces make a difference");
    int end = 0;
    for (ByteBuffer message : whole.messages()) {
      ByteBuffer frame = ByteBuffer.allocate(encoder.maxEncodedLength(message.remaining()));
      encoder.encode(message, frame);
      frame.flip();
      int length = frame.remaining();
      require(bytes.limit() - end >= length, "more than has come");
      require(bytes.slice(end, length).equals(frame), "not what has come");
      end += length;
    }
    boolean hasMore = end < bytes.limit();
    require(whole.hasFailed() ? hasMore : whole.isMidFrame() == hasMore, "an end out of place");
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
