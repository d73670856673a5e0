package dev.ferry.miniferry;

import dev.ferry.miniferry.Frame.Close;
import dev.ferry.miniferry.Frame.Reject;

/** The other end does not go on. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The reason of a reject, or the code of a close. */
  public final int code;

  private Refused(Frame frame, int code) {
    super(frame.toString());
    this.code = code;
  }

  static void ifEnding(Frame frame) {
    if (frame instanceof Reject reject) {
      throw new Refused(reject, reject.reason());
    }
    if (frame instanceof Close close) {
      throw new Refused(close, close.code());
    }
  }
}
