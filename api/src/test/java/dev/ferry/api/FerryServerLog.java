package dev.ferry.api;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a server tells its listener, as lines. */
final class FerryServerLog implements ServerListener {
  private static final int TIMEOUT_SECONDS = 60;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Override
  public void received(ServedFile file, String sha256) {
    lines.add("received " + file.name() + " " + file.sizeBytes() + " " + sha256);
  }

  @Override
  public void sent(ServedFile file, String sha256) {
    lines.add("sent " + file.name() + " " + file.sizeBytes() + " " + sha256);
  }

  @Override
  public void failed(ServedFile file, TransferException.Reason reason) {
    lines.add("failed " + file.name() + " " + reason);
  }

  /** The next line. */
  String next() throws InterruptedException {
    String line = lines.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("the server reports nothing");
    }
    return line;
  }
}
