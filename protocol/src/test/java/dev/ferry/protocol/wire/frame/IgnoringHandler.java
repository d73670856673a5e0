package dev.ferry.protocol.wire.frame;

import dev.ferry.protocol.wire.frame.Frame.Accept;
import dev.ferry.protocol.wire.frame.Frame.Again;
import dev.ferry.protocol.wire.frame.Frame.Cancel;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Copy;
import dev.ferry.protocol.wire.frame.Frame.Finish;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Reject;
import java.nio.ByteBuffer;

/** Heeds nothing; for tests that are about some frames only. */
public class IgnoringHandler implements FrameHandler {
  @Override
  public void onPing() {}

  @Override
  public void onAck(AckRanges acked, AckTimes times) {}

  @Override
  public void onData(long fileId, long offset, ByteBuffer content) {}

  @Override
  public void onShortData(long fileId, long offset, ByteBuffer content) {}

  @Override
  public void onCancel(Cancel cancel) {}

  @Override
  public void onOpen(Open open) {}

  @Override
  public void onAccept(Accept accept) {}

  @Override
  public void onReject(Reject reject) {}

  @Override
  public void onWindow(long fileId, long limit) {}

  @Override
  public void onFinish(Finish finish) {}

  @Override
  public void onDone(long fileId) {}

  @Override
  public void onAgain(Again again) {}

  @Override
  public void onCopy(Copy copy) {}

  @Override
  public void onMaxRate(long bytesPerSecond) {}

  @Override
  public void onPathChallenge(long random) {}

  @Override
  public void onPathResponse(long random) {}

  @Override
  public void onClose(Close close) {}
}
