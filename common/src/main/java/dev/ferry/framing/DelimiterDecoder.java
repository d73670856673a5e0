package dev.ferry.framing;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages that end with a delimiter. Strict: what {@link DelimiterEncoder} would not have
 * written is an error.
 */
final class DelimiterDecoder implements MessageDecoder {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final DelimiterFraming framing;
  private int maxLength;

  /** The content so far, without its escapes; what the current piece has of it is added last. */
  private final Accumulator content = new Accumulator();

  /** Whether the last byte was an escape. */
  private boolean isEscaped;

  /** How many bytes of the delimiter have come. */
  private int matched;

  DelimiterDecoder(DelimiterFraming framing, int maxLength) {
    this.framing = framing;
    this.maxLength = maxLength;
  }

  @Override
  public @Nullable ByteBuffer next(ByteBuffer in) throws MessageFormatException {
    ByteBuffer run = matched == 0 ? takeContent(in) : NOTHING;
    takeDelimiter(in);
    boolean isWhole = matched == framing.length();
    if (isWhole) {
      matched = 0;
      if (content.isEmpty()) {
        return run;
      }
    }
    content.add(run);
    return isWhole ? content.takeAll() : null;
  }

  /**
   * Takes what comes before the delimiter.
   *
   * @return the content since the last escape, as a view of {@code in}
   */
  private ByteBuffer takeContent(ByteBuffer in) throws MessageFormatException {
    int runStart = in.position();
    int index = runStart;
    for (; index < in.limit(); index++) {
      byte b = in.get(index);
      if (isEscaped) {
        if (!framing.isEscape(b) && !framing.isFirst(b)) {
          throw MessageFormatException.misplaced(b, "behind an escape");
        }
        isEscaped = false;
      } else if (framing.isEscape(b)) {
        content.add(checkedRun(in, runStart, index));
        runStart = index + 1;
        isEscaped = true;
      } else if (framing.isFirst(b)) {
        break;
      }
    }
    in.position(index);
    return checkedRun(in, runStart, index);
  }

  private ByteBuffer checkedRun(ByteBuffer in, int from, int to) throws MessageFormatException {
    long length = (long) content.length() + (to - from);
    if (length > maxLength) {
      throw new MessageFormatException("a frame of more than " + maxLength + " bytes");
    }
    return in.slice(from, to - from);
  }

  private void takeDelimiter(ByteBuffer in) throws MessageFormatException {
    while (matched < framing.length() && in.hasRemaining()) {
      byte b = in.get();
      if (b != framing.at(matched)) {
        throw MessageFormatException.misplaced(b, "within a delimiter");
      }
      matched++;
    }
  }

  @Override
  public void limit(int newMaxLength) {
    maxLength = newMaxLength;
  }

  @Override
  public int heldBytes() {
    return content.heldBytes();
  }

  @Override
  public boolean isMidFrame() {
    return matched > 0 || isEscaped || !content.isEmpty();
  }
}
