package dev.ferry.protocol.transfer;

import dev.ferry.protocol.connection.ContentStream;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import java.nio.ByteBuffer;

/** What is asked, answered or turned down without content, at either end. */
abstract sealed class ContentlessTransfer extends AbstractTransfer
    permits Answer, Question, RefusedTransfer {
  ContentlessTransfer(TransferContext context, TransferLog log) {
    super(context, log);
  }

  @Override
  public final long doneBytes() {
    return 0;
  }

  @Override
  public final ContentStream content() {
    return ContentStream.NONE;
  }

  @Override
  public final boolean onData(long offset, ByteBuffer content, long nowNs) {
    violated("content that nobody asked for", nowNs);
    return true;
  }

  /** Harmless, and without a meaning; or sent before the client knew. */
  @Override
  public final void onWindow(long limit) {}

  @Override
  public final boolean onCopy(Copy copy, long nowNs) {
    violated("a copy where there is no content", nowNs);
    return true;
  }

  @Override
  public final void onAgain(Again again, long nowNs) {
    violated("an again for who sends nothing", nowNs);
  }
}
