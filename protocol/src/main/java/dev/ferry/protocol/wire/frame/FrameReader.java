package dev.ferry.protocol.wire.frame;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.Fields;
import dev.ferry.protocol.wire.MalformedException;
import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the content of a packet, which is one or more frames (protocol.md, section 10). A packet is
 * read twice, the first time only to see whether all of it is well-formed: so the handler is told
 * all of its frames or none. Allocates nothing for ping, ack, data, window, done and path frames,
 * and for the others no more than a few times the packet's length. One reader serves any number of
 * connections; not thread-safe, and not to be called again from its handler.
 */
public final class FrameReader {
  private static final FrameHandler NOBODY = new FrameHandler() {};

  private final AckRanges ranges = new AckRanges();

  /** What a packet's content turned out to be. */
  public enum Outcome {
    /** Not a sequence of one or more well-formed frames; the handler was told nothing. */
    MALFORMED,
    /** Only padding, acks and closes, which call for no acknowledgement. */
    NO_ACK_WANTED,
    /** At least one frame that calls for an acknowledgement. */
    ACK_WANTED
  }

  /**
   * Reads a packet's content. What the handler throws is passed on.
   *
   * @param content decrypted, between position and limit; big-endian. Afterwards its position is
   *     the limit, or undefined if it is malformed
   */
  public Outcome read(ByteBuffer content, FrameHandler handler) {
    int start = content.position();
    int end = content.limit();
    Outcome outcome;
    try {
      outcome = readAll(content, NOBODY);
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
      int type = Fields.uint8(content);
      if (type == FrameType.DATA) {
        readData(content, handler);
        return Outcome.ACK_WANTED;
      }
      ackWanted |= type != FrameType.PADDING && type != FrameType.ACK && type != FrameType.CLOSE;
      readOther(type, content, handler);
    }
    return ackWanted ? Outcome.ACK_WANTED : Outcome.NO_ACK_WANTED;
  }

  private static void readData(ByteBuffer content, FrameHandler handler) throws MalformedException {
    long offset = Fields.uint48(content);
    require(content.hasRemaining());
    require(offset + content.remaining() <= FileAttributes.MAX_SIZE_BYTES);
    handler.onData(offset, content);
  }

  private void readOther(int type, ByteBuffer content, FrameHandler handler)
      throws MalformedException {
    switch (type) {
      case FrameType.PADDING -> {}
      case FrameType.PING -> handler.onPing();
      case FrameType.ACK -> readAck(content, handler);
      case FrameType.OPEN -> handler.onOpen(readOpen(content));
      case FrameType.ACCEPT -> handler.onAccept(readAccept(content));
      case FrameType.REJECT -> handler.onReject(readReject(content));
      case FrameType.WINDOW -> handler.onWindow(readNonNegative(content));
      case FrameType.FINISH -> handler.onFinish(readFinish(content));
      case FrameType.DONE -> handler.onDone();
      case FrameType.PATH_CHALLENGE -> handler.onPathChallenge(Fields.int64(content));
      case FrameType.PATH_RESPONSE -> handler.onPathResponse(Fields.int64(content));
      case FrameType.CLOSE -> handler.onClose(readClose(content));
      default -> throw new MalformedException();
    }
  }

  private void readAck(ByteBuffer content, FrameHandler handler) throws MalformedException {
    long largest = Fields.varint(content);
    long delayUs = Fields.varint(content);
    long further = Fields.varint(content);
    require(further < AckRanges.MAX_RANGES);
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
    handler.onAck(ranges, delayUs);
  }

  private static Open readOpen(ByteBuffer content) throws MalformedException {
    Operation operation = readOperation(content);
    int flags = Fields.uint8(content);
    require((flags & ~(Open.FAIL_IF_EXISTS | Open.DO_NOT_PRESERVE)) == 0);
    boolean failIfExists = (flags & Open.FAIL_IF_EXISTS) != 0;
    boolean preserve = (flags & Open.DO_NOT_PRESERVE) == 0;
    Bytes transfer = Fields.bytes(content, Open.TRANSFER_BYTES);
    FileAttributes file = readFile(content);
    String name = Fields.text(content, Fields.uint16(content));
    return new Open(operation, failIfExists, preserve, transfer, file, name);
  }

  private static Operation readOperation(ByteBuffer content) throws MalformedException {
    int code = Fields.uint8(content);
    require(code == Operation.PUT.code || code == Operation.GET.code);
    return code == Operation.PUT.code ? Operation.PUT : Operation.GET;
  }

  private static Accept readAccept(ByteBuffer content) throws MalformedException {
    FileAttributes file = readFile(content);
    long count = Fields.varint(content);
    require(count <= Accept.MAX_RANGES);
    List<ByteRange> has = new ArrayList<>((int) count);
    long end = 0;
    for (long i = 0; i < count; i++) {
      long gap = Fields.varint(content);
      long length = Fields.varint(content);
      require((gap > 0 || i == 0) && gap <= file.sizeBytes() - end);
      long start = end + gap;
      require(length > 0 && length <= file.sizeBytes() - start);
      end = start + length;
      has.add(new ByteRange(start, end));
    }
    return new Accept(file, has);
  }

  private static FileAttributes readFile(ByteBuffer content) throws MalformedException {
    long sizeBytes = Fields.int64(content);
    long modifiedNs = Fields.int64(content);
    int mode = Fields.uint16(content);
    require(FileAttributes.isSize(sizeBytes) && FileAttributes.isMode(mode));
    return new FileAttributes(sizeBytes, modifiedNs, mode);
  }

  private static Reject readReject(ByteBuffer content) throws MalformedException {
    int reason = Fields.uint8(content);
    return new Reject(reason, Fields.text(content, Fields.uint8(content)));
  }

  private static long readNonNegative(ByteBuffer content) throws MalformedException {
    long number = Fields.int64(content);
    require(number >= 0);
    return number;
  }

  private static Finish readFinish(ByteBuffer content) throws MalformedException {
    long sizeBytes = Fields.int64(content);
    require(FileAttributes.isSize(sizeBytes));
    return new Finish(sizeBytes, Fields.bytes(content, Finish.DIGEST_BYTES));
  }

  private static Close readClose(ByteBuffer content) throws MalformedException {
    int code = Fields.uint8(content);
    return new Close(code, Fields.text(content, Fields.uint8(content)));
  }
}
