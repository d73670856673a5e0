package dev.ferry.protocol.wire.frame;

/** The first bytes of frames (protocol.md, section 10). */
final class FrameType {
  static final int PADDING = 0;
  static final int PING = 1;
  static final int ACK = 2;
  static final int DATA = 3;
  static final int OPEN = 4;
  static final int ACCEPT = 5;
  static final int REJECT = 6;
  static final int WINDOW = 7;
  static final int FINISH = 8;
  static final int DONE = 9;
  static final int PATH_CHALLENGE = 10;
  static final int PATH_RESPONSE = 11;
  static final int CLOSE = 12;

  private FrameType() {}
}
