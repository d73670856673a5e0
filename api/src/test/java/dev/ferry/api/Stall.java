package dev.ferry.api;

import dev.ferry.testkit.process.Relay;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Passes some of a file's content, and then none until it is released. */
final class Stall implements Relay.Script {
  private static final int CONTENT_DATAGRAM_BYTES = 1000;
  private static final int TIMEOUT_SECONDS = 60;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final int bytes;
  private int passedBytes;
  private boolean released;

  /**
   * One that is going to stall.
   *
   * @param bytes after so many
   */
  Stall(int bytes) {
    this.bytes = bytes;
  }

  @Override
  public synchronized byte[] pass(Relay.Way way, byte[] datagram) {
    boolean content = datagram.length > CONTENT_DATAGRAM_BYTES;
    passedBytes += content ? datagram.length : 0;
    if (released || !content || passedBytes < bytes) {
      return datagram;
    }
    reached.countDown();
    return new byte[0];
  }

  void await() throws InterruptedException {
    if (!reached.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the transfer does not get that far");
    }
  }

  synchronized void release() {
    released = true;
  }
}
