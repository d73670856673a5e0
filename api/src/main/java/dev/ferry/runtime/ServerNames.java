package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ferry.runtime.UnsendableException.Reason;
import dev.ferry.storage.InvalidNameException;
import dev.ferry.storage.RemoteName;
import java.util.Optional;

/** The names of files at the server, as far as this end can judge them. */
public final class ServerNames {
  /**
   * What a start asks for that only finds out what is there, and that no content follows
   * (protocol.md, section 4.4).
   */
  public static final String PING = "ferry-ping";

  private ServerNames() {}

  /**
   * Turns down a name that no server takes, before anything is sent: a longer one would not fit
   * into a packet, and so wait in vain.
   *
   * @throws UnsendableException if it is empty, no text, too long, or has a control character
   */
  static void check(String name) throws UnsendableException {
    boolean isText = UTF_8.newEncoder().canEncode(name);
    int bytes = name.getBytes(UTF_8).length;
    if (!isText || bytes == 0 || bytes > RemoteName.MAX_NAME_BYTES) {
      throw new UnsendableException(
          Reason.NAME_NOT_ALLOWED,
          !isText
              ? "the name at the server has bytes that are no UTF-8, and names there are text; give"
                  + " it another one"
              : "the name at the server has "
                  + bytes
                  + " bytes; it must have 1 to "
                  + RemoteName.MAX_NAME_BYTES);
    }
    if (hasControlCharacter(name)) {
      throw new UnsendableException(
          Reason.NAME_NOT_ALLOWED,
          "the name at the server has a control character, which no Ferry server takes, as it could"
              + " deceive who reads it; give it another one");
    }
  }

  private static boolean hasControlCharacter(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** The rule of Ferry's servers that a name breaks; empty if it breaks none. */
  public static Optional<String> brokenRule(String name) {
    try {
      RemoteName.parse(name);
      return Optional.empty();
    } catch (InvalidNameException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Whether some server may hide what has this name, checked or not, from clients without key. */
  public static boolean mayBeHidden(String name) {
    return RemoteName.mayBeHidden(name);
  }

  /** Whether no server can have anything of this name in its lists. */
  public static boolean isNowhere(String name) {
    return RemoteName.isNowhere(name);
  }
}
