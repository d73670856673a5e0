package dev.ferry.protocol.wire;

/**
 * What was read is not as the protocol says. Never leaves this package: the codecs turn it into
 * their documented outcome. Has no stack trace, so that a peer cannot make us collect them.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedException() {
    super("malformed", null, false, false);
  }
}
