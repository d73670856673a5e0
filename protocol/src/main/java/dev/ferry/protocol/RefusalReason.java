package dev.ferry.protocol;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The reason why a transfer is refused, a number on the wire (protocol.md, section 6.3). */
public enum RefusalReason {
  /** Too many transfers at the moment. */
  BUSY(1),
  /** The name breaks the rules of protocol.md, section 5. */
  NAME_NOT_ALLOWED(2),
  /** A file of that name exists and the server does not overwrite. */
  EXISTS(3),
  /** The declared size is above the server's limit. */
  TOO_LARGE(4),
  /** The disk is full, or would be. */
  NO_SPACE(5),
  /** The operating system denies the server access. */
  NOT_PERMITTED(6),
  /** The name cannot be created: it is a directory, or a parent of it is not one. */
  CANNOT_CREATE(7),
  /** The disk reported an error. */
  IO_ERROR(8),
  /** The client broke the protocol. */
  PROTOCOL_VIOLATION(9),
  /** The content that arrived differs from the content that was sent. */
  DIGEST_DIFFERS(10),
  /** The server has no file of that name. */
  NO_SUCH_FILE(11);

  private final int code;

  RefusalReason(int code) {
    this.code = code;
  }

  /** The number on the wire, 1 to 11. */
  public int code() {
    return code;
  }

  /** The reason in words, for a log. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The reason with that number, or null if none has it. */
  public static @Nullable RefusalReason ofCode(long code) {
    for (RefusalReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return null;
  }
}
