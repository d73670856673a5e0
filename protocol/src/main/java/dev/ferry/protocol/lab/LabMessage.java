package dev.ferry.protocol.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.protocol.RefusalReason;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A message of the lab protocol, one to a datagram (protocol.md, section 2). Sequence numbers and
 * sizes are in 0 … 2<sup>63</sup> − 1; the constructors reject anything else with {@link
 * IllegalArgumentException}.
 */
public sealed interface LabMessage {

  /** The delimiter of the fields. */
  Dialect dialect();

  /** The message's sequence number. */
  long seqno();

  /** A message from a client. */
  sealed interface ToServer extends LabMessage {}

  /** A message from a server. */
  sealed interface ToClient extends LabMessage {}

  /**
   * Opens a session (section 2.2).
   *
   * @param seqno the number before that of the first chunk
   * @param name the name to store the file under, as it stood in the datagram: not yet checked
   * @param sizeBytes the length of the file
   * @param offersFerry whether the size is padded to 20 digits, which identifies a Ferry client
   *     (section 6)
   */
  record Start(Dialect dialect, long seqno, String name, long sizeBytes, boolean offersFerry)
      implements ToServer {
    public Start {
      Objects.requireNonNull(dialect);
      requireNonNegative(seqno);
      requireNonNegative(sizeBytes);
      requireExpressible(name, dialect.delimiter());
    }
  }

  /**
   * One chunk of the file (section 2.4).
   *
   * @param payload the content between its position and its limit; a view, valid as long as the
   *     datagram's buffer
   */
  record Data(Dialect dialect, long seqno, ByteBuffer payload) implements ToServer {
    public Data {
      Objects.requireNonNull(dialect);
      requireNonNegative(seqno);
      Objects.requireNonNull(payload);
    }
  }

  /**
   * Acknowledges a start or a chunk (sections 2.3 and 2.5).
   *
   * @param bufferBytes the largest datagram that the server accepts, header included; null if the
   *     server does not say
   * @param acceptsFerry whether the buffer size is padded to 10 digits, which identifies a Ferry
   *     server
   */
  record Ack(Dialect dialect, long seqno, @Nullable Long bufferBytes, boolean acceptsFerry)
      implements ToClient {
    /** The largest buffer size that still shows its padding. */
    static final long MAX_ACCEPTING_BYTES = 999_999_999;

    public Ack {
      Objects.requireNonNull(dialect);
      requireNonNegative(seqno);
      if (bufferBytes != null) {
        requireNonNegative(bufferBytes);
      }
      if (acceptsFerry && (bufferBytes == null || bufferBytes > MAX_ACCEPTING_BYTES)) {
        throw new IllegalArgumentException("only a buffer size below 10^9 can accept the offer");
      }
    }

    /** The acknowledgement of a chunk. */
    public static Ack ofData(Dialect dialect, long seqno) {
      return new Ack(dialect, seqno, null, false);
    }
  }

  /**
   * Refuses an upload; exchanged by Ferry's own ends only (section 6.3).
   *
   * @param seqno the number of the message that this one answers
   */
  record Refusal(Dialect dialect, long seqno, RefusalReason reason) implements ToClient {
    public Refusal {
      Objects.requireNonNull(dialect);
      requireNonNegative(seqno);
      Objects.requireNonNull(reason);
    }
  }

  private static void requireExpressible(String name, String delimiter) {
    // A name is cut at the first delimiter, which the end of the name may help to form: "x |".
    if (name.isEmpty() || (name + delimiter).indexOf(delimiter) < name.length()) {
      throw new IllegalArgumentException("a name must not be empty or contain the delimiter");
    }
    if (!UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("a name must not contain half a surrogate pair");
    }
  }

  private static void requireNonNegative(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("negative: " + number);
    }
  }
}
