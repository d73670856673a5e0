package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import java.util.List;
import java.util.Objects;

/**
 * A frame of those that come but a few times in a connection (protocol.md, section 10); the others
 * never become objects. The constructors reject what cannot be on the wire with {@link
 * IllegalArgumentException}.
 */
public sealed interface Frame {

  /** What a client wants. */
  enum Operation {
    /** To send a file. */
    PUT(0),
    /** To receive one. */
    GET(1);

    final int code;

    Operation(int code) {
      this.code = code;
    }
  }

  /**
   * Asks for a transfer.
   *
   * @param failIfExists whether a file of that name is a reason to reject
   * @param preserve whether the file is to get the time and the mode that it has here
   * @param transfer tells this transfer from all others, {@value #TRANSFER_BYTES} bytes
   * @param name as it stands in the frame: not yet checked against section 5, possibly empty; at
   *     most {@value #MAX_NAME_BYTES} bytes of UTF-8
   */
  record Open(
      Operation operation,
      boolean failIfExists,
      boolean preserve,
      Bytes transfer,
      FileAttributes file,
      String name)
      implements Frame {
    /** The length of a transfer's id. */
    public static final int TRANSFER_BYTES = 16;

    /** What the length of a name can express; section 5 allows less. */
    public static final int MAX_NAME_BYTES = 65_535;

    static final int FAIL_IF_EXISTS = 1;
    static final int DO_NOT_PRESERVE = 2;

    public Open {
      Objects.requireNonNull(operation);
      Objects.requireNonNull(file);
      requireLength(transfer, TRANSFER_BYTES);
      FrameText.checked(name, MAX_NAME_BYTES);
    }

    int flags() {
      return (failIfExists ? FAIL_IF_EXISTS : 0) | (preserve ? 0 : DO_NOT_PRESERVE);
    }
  }

  /**
   * Grants a transfer.
   *
   * @param has what its sender has already: at most {@value #MAX_RANGES} ranges in ascending order,
   *     with at least one byte missing between two, none beyond the file's end
   */
  record Accept(FileAttributes file, List<ByteRange> has) implements Frame {
    /** How many ranges a frame can have. */
    public static final int MAX_RANGES = 64;

    public Accept {
      has = List.copyOf(has);
      if (has.size() > MAX_RANGES) {
        throw new IllegalArgumentException("too many ranges: " + has.size());
      }
      long least = 0;
      for (ByteRange range : has) {
        if (range.start() < least || range.end() > file.sizeBytes()) {
          throw new IllegalArgumentException("range in the wrong place: " + range);
        }
        least = range.end() + 1;
      }
    }
  }

  /**
   * Turns a transfer down.
   *
   * @param reason 0 … 255: one of {@link dev.ferry.protocol.RefusalReason}, or what another peer
   *     may know
   * @param text for people, up to {@value FrameText#MAX_BYTES} bytes of UTF-8; escape it before
   *     showing it
   */
  record Reject(int reason, String text) implements Frame {
    public Reject {
      requireUint8(reason);
      FrameText.checked(text, FrameText.MAX_BYTES);
    }
  }

  /**
   * Everything has been sent.
   *
   * @param sizeBytes the size of the file, 0 … {@link FileAttributes#MAX_SIZE_BYTES}
   * @param sha256 its digest, {@value #DIGEST_BYTES} bytes
   */
  record Finish(long sizeBytes, Bytes sha256) implements Frame {
    /** The length of a digest. */
    public static final int DIGEST_BYTES = 32;

    public Finish {
      if (!FileAttributes.isSize(sizeBytes)) {
        throw new IllegalArgumentException("no size: " + sizeBytes);
      }
      requireLength(sha256, DIGEST_BYTES);
    }
  }

  /**
   * Ends the connection.
   *
   * @param code 0 … 255: one of those below, or what another peer may know (section 11.4)
   * @param text for people, up to {@value FrameText#MAX_BYTES} bytes of UTF-8; escape it before
   *     showing it
   */
  record Close(int code, String text) implements Frame {
    /** There is nothing more to do. */
    public static final int DONE = 0;

    /** The user stopped it. */
    public static final int STOPPED = 1;

    /** The peer broke the protocol. */
    public static final int PROTOCOL_VIOLATION = 2;

    /** The source changed while it was read. */
    public static final int SOURCE_CHANGED = 3;

    /** Nothing moved for too long. */
    public static final int NO_PROGRESS = 4;

    /** Something is wrong with the sender of this frame. */
    public static final int INTERNAL_ERROR = 5;

    public Close {
      requireUint8(code);
      FrameText.checked(text, FrameText.MAX_BYTES);
    }
  }

  private static void requireUint8(int number) {
    if (number < 0 || number > 0xff) {
      throw new IllegalArgumentException("not in 0 … 255: " + number);
    }
  }

  private static void requireLength(Bytes bytes, int length) {
    if (bytes.length() != length) {
      throw new IllegalArgumentException(bytes.length() + " bytes instead of " + length);
    }
  }
}
