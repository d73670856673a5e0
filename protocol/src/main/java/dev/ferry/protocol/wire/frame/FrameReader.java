package dev.ferry.protocol.wire.frame;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.wire.Fields;
import dev.ferry.protocol.wire.MalformedException;
import java.nio.ByteBuffer;

/**
 * Reads the content of a packet, which is one or more frames (protocol.md, section 10). A packet is
 * read twice, the first time only to check that all of it is well-formed. So the handler gets all
 * of its frames or none. Allocates nothing for ping, ack, data, window, done, max rate and path
 * frames, and for the others no more than a few times the packet's length. One reader serves any
 * number of connections; its handler must not call it again.
 */
public final class FrameReader {
  private final AckRanges ranges = new AckRanges();
  private final AckTimes times = new AckTimes();

  /** The result of reading a packet's content. */
  public enum Outcome {
    /** Not a sequence of one or more well-formed frames; the handler has got nothing. */
    MALFORMED,
    /** Only padding, acks and closes, which are not ack-eliciting. */
    NO_ACK_WANTED,
    /** At least one ack-eliciting frame. */
    ACK_WANTED
  }

  /**
   * Reads a packet's content. Exceptions of the handler are passed on.
   *
   * @param content decrypted, between position and limit; big-endian. Afterwards its position is
   *     the limit, or undefined if it is malformed
   */
  public Outcome read(ByteBuffer content, FrameHandler handler) {
    int start = content.position();
    int end = content.limit();
    Outcome outcome;
    try {
      outcome = readAll(content, FrameHandler.NOBODY);
      readAll(content.position(start), handler);
    } catch (MalformedException e) {
      return Outcome.MALFORMED;
    }
    content.limit(end).position(end);
    return outcome;
  }

  private Outcome readAll(ByteBuffer content, FrameHandler handler) throws MalformedException {
    require(content.hasRemaining());
    boolean ackWanted = false;
    while (content.hasRemaining()) {
      Frame.Type type = Frame.Type.decode(content);
      type.read(content, handler, this);
      if (type == Frame.Type.DATA || type == Frame.Type.DATA_OF_FILE) {
        return Outcome.ACK_WANTED; // The handler may have left the content in any state.
      }
      ackWanted |= type.isAckEliciting();
    }
    return ackWanted ? Outcome.ACK_WANTED : Outcome.NO_ACK_WANTED;
  }

  static void readData(ByteBuffer content, FrameHandler handler, FrameReader unused)
      throws MalformedException {
    readData(Frame.FIRST_FILE, content, handler);
  }

  static void readDataOfFile(ByteBuffer content, FrameHandler handler, FrameReader unused)
      throws MalformedException {
    readData(Fields.varint(content), content, handler);
  }

  static void readShortData(ByteBuffer content, FrameHandler handler, FrameReader unused)
      throws MalformedException {
    long fileId = Fields.varint(content);
    long offset = Fields.varint(content);
    long length = Fields.varint(content);
    require(length > 0 && length <= content.remaining());
    require(offset <= FileAttributes.MAX_SIZE_BYTES - length);
    int packetsEnd = content.limit();
    int end = content.position() + (int) length;
    content.limit(end);
    handler.onShortData(fileId, offset, content);
    content.limit(packetsEnd).position(end);
  }

  private static void readData(long fileId, ByteBuffer content, FrameHandler handler)
      throws MalformedException {
    long offset = Fields.uint48(content);
    require(content.hasRemaining());
    require(offset + content.remaining() <= FileAttributes.MAX_SIZE_BYTES);
    handler.onData(fileId, offset, content);
  }

  static void readAck(ByteBuffer content, FrameHandler handler, FrameReader reader)
      throws MalformedException {
    long largest = Fields.varint(content);
    long delayUs = Fields.varint(content);
    long further = Fields.varint(content);
    require(further < AckRanges.MAX_RANGES);
    AckRanges ranges = reader.ranges;
    ranges.clear();
    long smallest = largest - Fields.varint(content);
    require(smallest >= 0);
    ranges.add(smallest, largest);
    for (long i = 0; i < further; i++) {
      largest = smallest - Fields.varint(content) - 2;
      require(largest >= 0);
      smallest = largest - Fields.varint(content);
      require(smallest >= 0);
      ranges.add(smallest, largest);
    }
    long arrivedUs = Fields.varint(content);
    long trainNumbers = Fields.varint(content);
    require(trainNumbers <= ranges.largest(0));
    long trainUs = Fields.varint(content);
    handler.onAck(ranges, reader.times.set(delayUs, arrivedUs, trainNumbers, trainUs));
  }

  static void readWindow(ByteBuffer content, FrameHandler handler, FrameReader unused)
      throws MalformedException {
    long fileId = Fields.varint(content);
    long limit = Fields.int64(content);
    require(limit >= 0);
    handler.onWindow(fileId, limit);
  }
}
