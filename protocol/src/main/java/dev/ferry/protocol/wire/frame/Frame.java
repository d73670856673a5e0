package dev.ferry.protocol.wire.frame;

import static dev.ferry.protocol.wire.Fields.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.Fields;
import dev.ferry.protocol.wire.MalformedException;
import dev.ferry.protocol.wire.TransportParameters;
import dev.ferry.protocol.wire.Varint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a type that occurs only a few times in a connection (protocol.md, section 10). Each
 * type encodes and decodes itself. Frames of the frequent types never become objects; {@link Type}
 * lists all types. The constructors reject values that cannot be on the wire with {@link
 * IllegalArgumentException}. Buffers must be big-endian.
 */
public sealed interface Frame {
  /** The number of a connection's first file; protocol.md, section 11, says what others mean. */
  long FIRST_FILE = 0;

  /** The longest text of reject and close, in bytes of UTF-8. */
  int MAX_TEXT_BYTES = 255;

  /** The length of the frame, in bytes. */
  int encodedBytes();

  /**
   * Writes the frame at the buffer's position, where at least {@link #encodedBytes} bytes must
   * remain.
   */
  void encode(ByteBuffer buffer);

  /** All types of frames, each with its reader. */
  enum Type {
    /** Padding, which the handler does not get. */
    PADDING(0, false),
    /** See {@link FrameHandler#onPing}. */
    PING(1, true),
    /** See {@link FrameHandler#onAck}. */
    ACK(2, false),
    /** See {@link FrameHandler#onData}: of the first file; the last frame of its packet. */
    DATA(3, true),
    /** See {@link Open}. */
    OPEN(4, true),
    /** See {@link Accept}. */
    ACCEPT(5, true),
    /** See {@link Reject}. */
    REJECT(6, true),
    /** See {@link FrameHandler#onWindow}. */
    WINDOW(7, true),
    /** See {@link Finish}. */
    FINISH(8, true),
    /** See {@link FrameHandler#onDone}. */
    DONE(9, true),
    /** See {@link FrameHandler#onPathChallenge}. */
    PATH_CHALLENGE(10, true),
    /** See {@link FrameHandler#onPathResponse}. */
    PATH_RESPONSE(11, true),
    /** See {@link Close}. */
    CLOSE(12, false),
    /** See {@link FrameHandler#onData}: of any file; the last frame of its packet. */
    DATA_OF_FILE(14, true),
    /** See {@link FrameHandler#onShortData}. */
    SHORT_DATA(15, true),
    /** See {@link Again}. */
    AGAIN(17, true),
    /** See {@link Copy}. */
    COPY(20, true),
    /** See {@link Copy}. */
    HOLE(21, true),
    /** See {@link Cancel}. */
    CANCEL(25, true),
    /** See {@link FrameHandler#onMaxRate}. */
    MAX_RATE(26, true);

    private static final @Nullable Type[] BY_CODE = byCode();

    private final byte code;
    private final boolean ackEliciting;

    Type(int code, boolean ackEliciting) {
      this.code = (byte) code;
      this.ackEliciting = ackEliciting;
    }

    private static @Nullable Type[] byCode() {
      @Nullable Type[] types = new Type[256];
      for (Type type : values()) {
        types[type.code] = type;
      }
      return types;
    }

    /** Reads the type of a frame. */
    static Type decode(ByteBuffer content) throws MalformedException {
      Type type = BY_CODE[Fields.uint8(content)];
      if (type == null) {
        throw new MalformedException();
      }
      return type;
    }

    /** Writes the type, with which a frame begins. */
    ByteBuffer encode(ByteBuffer buffer) {
      return buffer.put(code);
    }

    /** Whether the frame is ack-eliciting. */
    boolean isAckEliciting() {
      return ackEliciting;
    }

    /**
     * Reads the bytes after the type, at the content's position, and tells the handler.
     *
     * @param reader has objects for reuse
     */
    void read(ByteBuffer content, FrameHandler handler, FrameReader reader)
        throws MalformedException {
      switch (this) {
        case PADDING -> {}
        case PING -> handler.onPing();
        case ACK -> FrameReader.readAck(content, handler, reader);
        case DATA -> FrameReader.readData(content, handler, reader);
        case OPEN -> handler.onOpen(Open.decode(content));
        case ACCEPT -> handler.onAccept(Accept.decode(content));
        case REJECT -> handler.onReject(Reject.decode(content));
        case WINDOW -> FrameReader.readWindow(content, handler, reader);
        case FINISH -> handler.onFinish(Finish.decode(content));
        case DONE -> handler.onDone(Fields.varint(content));
        case PATH_CHALLENGE -> handler.onPathChallenge(Fields.int64(content));
        case PATH_RESPONSE -> handler.onPathResponse(Fields.int64(content));
        case CLOSE -> handler.onClose(Close.decode(content));
        case DATA_OF_FILE -> FrameReader.readDataOfFile(content, handler, reader);
        case SHORT_DATA -> FrameReader.readShortData(content, handler, reader);
        case CANCEL -> handler.onCancel(Cancel.decode(content));
        case AGAIN -> handler.onAgain(Again.decode(content));
        case COPY -> handler.onCopy(Copy.decode(Copy.Source.OLDER_FILE, content));
        case HOLE -> handler.onCopy(Copy.decode(Copy.Source.ZEROS, content));
        case MAX_RATE -> handler.onMaxRate(Fields.varint(content));
      }
    }
  }

  /** The operation that a client asks for. */
  enum Operation {
    /** The client sends a file. */
    PUT(0),
    /** The client receives a file. */
    GET(1),
    /** The client receives the list of what is in a directory. */
    LIST(2),
    /** The client is told about a file, and receives nothing of it. */
    VERIFY(3),
    /** The server removes a file, or an empty directory. */
    REMOVE(4),
    /** The client receives the digests of the blocks of a file. */
    DIGESTS(6);

    private final int code;

    Operation(int code) {
      this.code = code;
    }

    /** What stands for it in a sum of operations. */
    public long bit() {
      return 1L << code;
    }

    private static Operation decode(ByteBuffer content) throws MalformedException {
      int code = Fields.uint8(content);
      for (Operation operation : values()) {
        if (operation.code == code) {
          return operation;
        }
      }
      throw new MalformedException();
    }
  }

  /**
   * Asks for a transfer.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param failIfExists whether to reject the transfer if a file of that name exists; of a list,
   *     whether all that is below the directory is wanted; of a verify, whether only the attributes
   *     are, without a digest
   * @param preserve whether the stored file gets the time and the mode of the sent one
   * @param transfer the transfer id, {@value #TRANSFER_BYTES} bytes
   * @param name the name as in the frame: not checked against section 5 but for its length,
   *     possibly empty, at most {@value #MAX_NAME_BYTES} bytes of UTF-8
   * @param takesEarly whether the client takes some content, and the finish, before it has
   *     accepted; of a get
   */
  record Open(
      long fileId,
      Operation operation,
      boolean failIfExists,
      boolean preserve,
      Bytes transfer,
      FileAttributes file,
      String name,
      boolean takesEarly)
      implements Frame {
    /** The length of a transfer id, in bytes. */
    public static final int TRANSFER_BYTES = 16;

    /** The longest name, in bytes: a longer one would only be memory that its sender takes. */
    public static final int MAX_NAME_BYTES = 1024;

    private static final int FAIL_IF_EXISTS = 1;
    private static final int DO_NOT_PRESERVE = 2;
    private static final int TAKES_EARLY = 16;

    /** An open by who takes no content of the server's before accepting it. */
    public Open(
        long fileId,
        Operation operation,
        boolean failIfExists,
        boolean preserve,
        Bytes transfer,
        FileAttributes file,
        String name) {
      this(fileId, operation, failIfExists, preserve, transfer, file, name, false);
    }

    public Open {
      requireVarint(fileId);
      Objects.requireNonNull(operation);
      Objects.requireNonNull(file);
      requireLength(transfer, TRANSFER_BYTES);
      requireText(name, MAX_NAME_BYTES);
      if (takesEarly && operation != Operation.GET) {
        throw new IllegalArgumentException("not of a get");
      }
    }

    private static Open decode(ByteBuffer content) throws MalformedException {
      long fileId = Fields.varint(content);
      Operation operation = Operation.decode(content);
      int flags = Fields.uint8(content);
      require((flags & ~(FAIL_IF_EXISTS | DO_NOT_PRESERVE | TAKES_EARLY)) == 0);
      boolean failIfExists = (flags & FAIL_IF_EXISTS) != 0;
      boolean preserve = (flags & DO_NOT_PRESERVE) == 0;
      boolean takesEarly = (flags & TAKES_EARLY) != 0;
      require(!takesEarly || operation == Operation.GET);
      Bytes transfer = Fields.bytes(content, TRANSFER_BYTES);
      FileAttributes file = decodeFile(content);
      int nameBytes = Fields.uint16(content);
      require(nameBytes <= MAX_NAME_BYTES);
      String name = Fields.text(content, nameBytes);
      return new Open(fileId, operation, failIfExists, preserve, transfer, file, name, takesEarly);
    }

    @Override
    public int encodedBytes() {
      int fixed = 3 + TRANSFER_BYTES + FileAttributes.BYTES + Short.BYTES;
      return fixed + Varint.bytes(fileId) + name.getBytes(UTF_8).length;
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, Type.OPEN.encode(buffer));
      buffer.put((byte) operation.code);
      int flags =
          (failIfExists ? FAIL_IF_EXISTS : 0)
              | (preserve ? 0 : DO_NOT_PRESERVE)
              | (takesEarly ? TAKES_EARLY : 0);
      buffer.put((byte) flags);
      transfer.write(buffer);
      encodeFile(file, buffer);
      byte[] bytes = name.getBytes(UTF_8);
      buffer.putShort((short) bytes.length).put(bytes);
    }
  }

  /**
   * Grants a transfer.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param receivedRanges the parts that the receiver already has: at most {@value #MAX_RANGES}
   *     ranges in ascending order, with at least one missing byte between two, none beyond the
   *     file's end
   */
  record Accept(long fileId, FileAttributes file, List<ByteRange> receivedRanges) implements Frame {
    /** The largest number of ranges in a frame. */
    public static final int MAX_RANGES = FrameRanges.MAX_RANGES;

    public Accept {
      requireVarint(fileId);
      receivedRanges = List.copyOf(receivedRanges);
      FrameRanges.require(receivedRanges, file.sizeBytes());
    }

    /**
     * Written out, because the one that comes of itself is linked in some 20 ms at its first use.
     */
    @Override
    public boolean equals(Object other) {
      return other instanceof Accept that
          && fileId == that.fileId
          && file.equals(that.file)
          && receivedRanges.equals(that.receivedRanges);
    }

    @Override
    public int hashCode() {
      return Objects.hash(fileId, file, receivedRanges);
    }

    private static Accept decode(ByteBuffer content) throws MalformedException {
      long fileId = Fields.varint(content);
      FileAttributes file = decodeFile(content);
      return new Accept(fileId, file, FrameRanges.decode(content, file.sizeBytes()));
    }

    @Override
    public int encodedBytes() {
      int fixed = 1 + Varint.bytes(fileId) + FileAttributes.BYTES;
      return fixed + FrameRanges.encodedBytes(receivedRanges);
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, Type.ACCEPT.encode(buffer));
      encodeFile(file, buffer);
      FrameRanges.encode(receivedRanges, buffer);
    }
  }

  /**
   * Asks for parts of a file once more.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param ranges at least one and at most {@value Accept#MAX_RANGES} in ascending order, with at
   *     least one byte between two, none beyond {@link FileAttributes#MAX_SIZE_BYTES}
   */
  record Again(long fileId, List<ByteRange> ranges) implements Frame {
    public Again {
      requireVarint(fileId);
      ranges = FrameRanges.some(ranges);
    }

    private static Again decode(ByteBuffer content) throws MalformedException {
      return new Again(Fields.varint(content), FrameRanges.decodeSome(content));
    }

    @Override
    public int encodedBytes() {
      return 1 + Varint.bytes(fileId) + FrameRanges.encodedBytes(ranges);
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, Type.AGAIN.encode(buffer));
      FrameRanges.encode(ranges, buffer);
    }
  }

  /**
   * Says which blocks need not be sent, as the receiver has them elsewhere.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param source where
   * @param ranges at least one and at most {@value Accept#MAX_RANGES} in ascending order, with at
   *     least one byte between two, none beyond {@link FileAttributes#MAX_SIZE_BYTES}
   */
  record Copy(long fileId, Source source, List<ByteRange> ranges) implements Frame {
    /** Where a receiver has what is not sent. */
    public enum Source {
      /** In the file that it has under that name. */
      OLDER_FILE(Type.COPY),
      /** Everywhere: they are zeros, of which it stores as little as it can. */
      ZEROS(Type.HOLE);

      private final Type type;

      Source(Type type) {
        this.type = type;
      }
    }

    public Copy {
      requireVarint(fileId);
      Objects.requireNonNull(source);
      ranges = FrameRanges.some(ranges);
    }

    private static Copy decode(Source source, ByteBuffer content) throws MalformedException {
      return new Copy(Fields.varint(content), source, FrameRanges.decodeSome(content));
    }

    @Override
    public int encodedBytes() {
      return 1 + Varint.bytes(fileId) + FrameRanges.encodedBytes(ranges);
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, source.type.encode(buffer));
      FrameRanges.encode(ranges, buffer);
    }
  }

  /**
   * Refuses a transfer.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param reason 0 … 255: a code of {@link dev.ferry.protocol.RefusalReason}, or one that only the
   *     peer knows
   * @param retryAfterSeconds after how long another attempt is worth while, 0 … {@link Varint#MAX};
   *     0 if the sender does not say
   * @param text for people, up to {@value #MAX_TEXT_BYTES} bytes of UTF-8; escape it before showing
   *     it
   */
  record Reject(long fileId, int reason, long retryAfterSeconds, String text) implements Frame {
    public Reject {
      requireVarint(fileId);
      requireVarint(retryAfterSeconds);
      requireUint8(reason);
      requireText(text, MAX_TEXT_BYTES);
    }

    /** Says why a file could not be stored or opened; a text that is too long is cut. */
    public static Reject of(long fileId, StorageException cause) {
      String text = fitting(cause.told(), MAX_TEXT_BYTES);
      return new Reject(fileId, cause.reason().code(), cause.retryAfterSeconds(), text);
    }

    private static Reject decode(ByteBuffer content) throws MalformedException {
      long fileId = Fields.varint(content);
      int reason = Fields.uint8(content);
      long retryAfterSeconds = Fields.varint(content);
      String text = Fields.text(content, Fields.uint8(content));
      return new Reject(fileId, reason, retryAfterSeconds, text);
    }

    @Override
    public int encodedBytes() {
      int numbers = Varint.bytes(fileId) + Varint.bytes(retryAfterSeconds);
      return 3 + numbers + text.getBytes(UTF_8).length;
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, Type.REJECT.encode(buffer));
      Varint.write(retryAfterSeconds, buffer.put((byte) reason));
      encodeText(text, buffer);
    }
  }

  /**
   * Tells that everything has been sent.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param sizeBytes the size of the file, 0 … {@link FileAttributes#MAX_SIZE_BYTES}
   * @param check what vouches for its content
   * @param leftOutNumbers how many packet numbers its sender has left out, and will have left out,
   *     0 … {@link Varint#MAX}
   */
  record Finish(long fileId, long sizeBytes, ContentCheck check, long leftOutNumbers)
      implements Frame {
    private static final int BY_SHA256 = (int) TransportParameters.BY_SHA256;
    private static final int BY_BLOCK_SUMS = (int) TransportParameters.BY_BLOCK_SUMS;

    public Finish {
      requireVarint(fileId);
      if (!FileAttributes.isSize(sizeBytes)) {
        throw new IllegalArgumentException("no size: " + sizeBytes);
      }
      Objects.requireNonNull(check, "check");
      requireVarint(leftOutNumbers);
    }

    private static Finish decode(ByteBuffer content) throws MalformedException {
      long fileId = Fields.varint(content);
      long sizeBytes = Fields.int64(content);
      require(FileAttributes.isSize(sizeBytes));
      ContentCheck check = decodeCheck(content, sizeBytes);
      return new Finish(fileId, sizeBytes, check, Fields.varint(content));
    }

    private static ContentCheck decodeCheck(ByteBuffer content, long sizeBytes)
        throws MalformedException {
      int vouching = Fields.uint8(content);
      require(vouching != 0 && (vouching & ~(BY_SHA256 | BY_BLOCK_SUMS)) == 0);
      Bytes sha256 = (vouching & BY_SHA256) == 0 ? null : Fields.bytes(content, ContentCheck.BYTES);
      Bytes blockSums = null;
      if ((vouching & BY_BLOCK_SUMS) != 0) {
        require(Fields.varint(content) == BlockSums.count(sizeBytes));
        blockSums = Fields.bytes(content, ContentCheck.BYTES);
      }
      return new ContentCheck(sha256, blockSums);
    }

    @Override
    public int encodedBytes() {
      int numbers = Varint.bytes(fileId) + Varint.bytes(leftOutNumbers);
      int sha256Bytes = check.sha256() == null ? 0 : ContentCheck.BYTES;
      int sumsBytes =
          check.blockSums() == null
              ? 0
              : Varint.bytes(BlockSums.count(sizeBytes)) + ContentCheck.BYTES;
      return 2 + numbers + Long.BYTES + sha256Bytes + sumsBytes;
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Bytes sha256 = check.sha256();
      Bytes blockSums = check.blockSums();
      int vouching = (sha256 == null ? 0 : BY_SHA256) | (blockSums == null ? 0 : BY_BLOCK_SUMS);
      Varint.write(fileId, Type.FINISH.encode(buffer));
      buffer.putLong(sizeBytes).put((byte) vouching);
      if (sha256 != null) {
        sha256.write(buffer);
      }
      if (blockSums != null) {
        Varint.write(BlockSums.count(sizeBytes), buffer);
        blockSums.write(buffer);
      }
      Varint.write(leftOutNumbers, buffer);
    }
  }

  /**
   * Ends the connection.
   *
   * @param code 0 … 255: one of the constants below, or one that only the peer knows (section 11.4)
   * @param text for people, up to {@value #MAX_TEXT_BYTES} bytes of UTF-8; escape it before showing
   *     it
   */
  record Close(int code, String text) implements Frame {
    /** The transfer is complete. */
    public static final int DONE = 0;

    /** The user or the server stopped the transfer. */
    public static final int STOPPED = TransferFailure.EndedByPeer.STOPPED;

    /** The peer broke the protocol. */
    public static final int PROTOCOL_VIOLATION = 2;

    /** The source changed while it was read. */
    public static final int SOURCE_CHANGED = TransferFailure.EndedByPeer.SOURCE_CHANGED;

    /** The transfer made no progress for too long. */
    public static final int NO_PROGRESS = TransferFailure.EndedByPeer.NO_PROGRESS;

    /** The sender of this frame has an internal error. */
    public static final int INTERNAL_ERROR = 5;

    /** A later attempt at the same transfer takes its place. */
    public static final int SUPERSEDED = TransferFailure.EndedByPeer.SUPERSEDED;

    public Close {
      requireUint8(code);
      requireText(text, MAX_TEXT_BYTES);
    }

    private static Close decode(ByteBuffer content) throws MalformedException {
      int code = Fields.uint8(content);
      return new Close(code, Fields.text(content, Fields.uint8(content)));
    }

    @Override
    public int encodedBytes() {
      return 3 + text.getBytes(UTF_8).length;
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Type.CLOSE.encode(buffer).put((byte) code);
      encodeText(text, buffer);
    }
  }

  /**
   * Ends the transfer of one file, and leaves the connection to the others.
   *
   * @param fileId the number of the file in this connection, 0 … {@link Varint#MAX}
   * @param code as that of {@link Close}
   * @param text for people, up to {@value #MAX_TEXT_BYTES} bytes of UTF-8; escape it before showing
   *     it
   */
  record Cancel(long fileId, int code, String text) implements Frame {
    public Cancel {
      requireVarint(fileId);
      requireUint8(code);
      requireText(text, MAX_TEXT_BYTES);
    }

    private static Cancel decode(ByteBuffer content) throws MalformedException {
      long fileId = Fields.varint(content);
      int code = Fields.uint8(content);
      return new Cancel(fileId, code, Fields.text(content, Fields.uint8(content)));
    }

    @Override
    public int encodedBytes() {
      return 3 + Varint.bytes(fileId) + text.getBytes(UTF_8).length;
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Varint.write(fileId, Type.CANCEL.encode(buffer));
      encodeText(text, buffer.put((byte) code));
    }
  }

  private static void requireVarint(long number) {
    if (number < 0 || number > Varint.MAX) {
      throw new IllegalArgumentException("not in 0 … 2^62 − 1: " + number);
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

  private static void requireText(String text, int maxBytes) {
    if (!UTF_8.newEncoder().canEncode(text) || text.getBytes(UTF_8).length > maxBytes) {
      throw new IllegalArgumentException("no UTF-8 of up to " + maxBytes + " bytes");
    }
  }

  /** As much of a text as fits, in whole characters. */
  private static String fitting(String text, int maxBytes) {
    int end = text.length();
    while (text.substring(0, end).getBytes(UTF_8).length > maxBytes) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }

  private static FileAttributes decodeFile(ByteBuffer content) throws MalformedException {
    long sizeBytes = Fields.int64(content);
    long modifiedNs = Fields.int64(content);
    FileAttributes file = FileAttributes.of(sizeBytes, modifiedNs, Fields.uint16(content));
    if (file == null) {
      throw new MalformedException();
    }
    return file;
  }

  private static void encodeFile(FileAttributes file, ByteBuffer buffer) {
    buffer.putLong(file.sizeBytes()).putLong(file.modifiedNs());
    buffer.putShort((short) file.kindAndMode());
  }

  private static void encodeText(String text, ByteBuffer buffer) {
    byte[] bytes = text.getBytes(UTF_8);
    buffer.put((byte) bytes.length).put(bytes);
  }
}
