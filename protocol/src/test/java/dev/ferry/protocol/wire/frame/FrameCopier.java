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

/** Writes the frames that it is told again, and checks that each is as long as predicted. */
final class FrameCopier implements FrameHandler {
  private final ByteBuffer copy;
  private int frames;

  FrameCopier(ByteBuffer copy) {
    this.copy = copy;
  }

  /** How many frames there were. */
  int frames() {
    return frames;
  }

  private void check(int predictedBytes, int start, boolean fitted) {
    frames++;
    if (!fitted || copy.position() - start != predictedBytes) {
      throw new AssertionError(
          "predicted " + predictedBytes + ", wrote " + (copy.position() - start));
    }
  }

  private void copyOf(Frame frame) {
    check(frame.encodedBytes(), copy.position(), FrameWriter.frame(frame, copy));
  }

  @Override
  public void onPing() {
    check(FrameWriter.PING_BYTES, copy.position(), FrameWriter.ping(copy));
  }

  @Override
  public void onAck(AckRanges acked, AckTimes times) {
    int bytes = FrameWriter.ackBytes(acked, times);
    check(bytes, copy.position(), FrameWriter.ack(acked, times, copy));
  }

  @Override
  public void onData(long fileId, long offset, ByteBuffer content) {
    int bytes = FrameWriter.dataHeaderBytes(fileId);
    check(bytes, copy.position(), FrameWriter.dataHeader(fileId, offset, copy));
    copy.put(content);
  }

  @Override
  public void onShortData(long fileId, long offset, ByteBuffer content) {
    int length = content.remaining();
    int bytes = FrameWriter.shortDataHeaderBytes(fileId, offset, length);
    check(bytes, copy.position(), FrameWriter.shortDataHeader(fileId, offset, length, copy));
    copy.put(content);
  }

  @Override
  public void onCancel(Cancel cancel) {
    copyOf(cancel);
  }

  @Override
  public void onOpen(Open open) {
    copyOf(open);
  }

  @Override
  public void onAccept(Accept accept) {
    copyOf(accept);
  }

  @Override
  public void onReject(Reject reject) {
    copyOf(reject);
  }

  @Override
  public void onWindow(long fileId, long limit) {
    check(
        FrameWriter.windowBytes(fileId), copy.position(), FrameWriter.window(fileId, limit, copy));
  }

  @Override
  public void onFinish(Finish finish) {
    copyOf(finish);
  }

  @Override
  public void onDone(long fileId) {
    check(FrameWriter.doneBytes(fileId), copy.position(), FrameWriter.done(fileId, copy));
  }

  @Override
  public void onCopy(Copy copy) {
    copyOf(copy);
  }

  @Override
  public void onAgain(Again again) {
    copyOf(again);
  }

  @Override
  public void onMaxRate(long bytesPerSecond) {
    int bytes = FrameWriter.maxRateBytes(bytesPerSecond);
    check(bytes, copy.position(), FrameWriter.maxRate(bytesPerSecond, copy));
  }

  @Override
  public void onPathChallenge(long random) {
    check(FrameWriter.PATH_BYTES, copy.position(), FrameWriter.pathChallenge(random, copy));
  }

  @Override
  public void onPathResponse(long random) {
    check(FrameWriter.PATH_BYTES, copy.position(), FrameWriter.pathResponse(random, copy));
  }

  @Override
  public void onClose(Close close) {
    copyOf(close);
  }
}
