package dev.ferry.protocol.wire;

/**
 * Signals bytes that violate the protocol. It never leaves the codecs, which turn it into their
 * documented results. It has no stack trace, so that malformed packets stay cheap.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedException() {
    super("malformed", null, false, false);
  }
}
