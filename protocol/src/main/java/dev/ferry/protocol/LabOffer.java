package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Udp;

/**
 * The two lab messages by which client and server learned that both speak Ferry mode (protocol.md,
 * section 6.1): whole datagrams, as this end sent or received them. Either both are present or
 * neither.
 *
 * @param start the client's lab start, up to {@value Udp#MAX_PAYLOAD_BYTES} bytes
 * @param acknowledgement the server's answer, likewise
 */
public record LabOffer(Bytes start, Bytes acknowledgement) {
  /** No lab messages: the client began with its hello. */
  public static final LabOffer NONE = new LabOffer(Bytes.EMPTY, Bytes.EMPTY);

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if only one is empty, or one is longer than a datagram
   */
  public LabOffer {
    boolean fits =
        start.length() <= Udp.MAX_PAYLOAD_BYTES
            && acknowledgement.length() <= Udp.MAX_PAYLOAD_BYTES;
    if (!fits || (start.length() == 0) != (acknowledgement.length() == 0)) {
      throw new IllegalArgumentException(
          "no pair of messages: " + start.length() + " and " + acknowledgement.length() + " bytes");
    }
  }

  /** The offer made of copies of two datagrams. */
  public static LabOffer of(byte[] start, byte[] acknowledgement) {
    return new LabOffer(Bytes.copyOf(start), Bytes.copyOf(acknowledgement));
  }

  /** Whether there are lab messages. */
  public boolean isPresent() {
    return start.length() > 0;
  }
}
