package dev.ferry.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * A file that a thread of its own writes, so that a slow disk does not hold up the proxy. Records
 * that come faster than the disk takes them are left out; trouble is reported once.
 */
final class BackgroundFile implements AutoCloseable {
  /** What may wait for the disk. */
  static final int MAX_WAITING_BYTES = 64 << 20;

  /** The writer waits until there is this much, so as not to write line by line … */
  private static final int BATCH_BYTES = 64 << 10;

  /** … but not for longer than this. */
  private static final long GATHER_MS = 200;

  private static final long TIMEOUT_MS = 5_000;

  private final String name;
  private final OutputStream out;
  private final PrintStream err;
  private final Thread writer;

  private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private boolean closed;
  private boolean failed;
  private boolean reported;

  /**
   * Takes the file over.
   *
   * @param name for messages, fit to be shown
   */
  BackgroundFile(String name, OutputStream out, PrintStream err) {
    this.name = name;
    this.out = out;
    this.err = err;
    this.writer = new Thread(this::run, "writes " + name);
    writer.setDaemon(true);
    writer.start();
  }

  /** Adds a record; never waits. */
  synchronized void append(byte[] record) {
    if (failed || closed) {
      return;
    }
    if (waiting.size() + record.length > MAX_WAITING_BYTES) {
      report("'" + name + "' cannot be written as fast as datagrams come; some are missing there");
      return;
    }
    int before = waiting.size();
    waiting.writeBytes(record);
    if (before == 0 || (before < BATCH_BYTES && waiting.size() >= BATCH_BYTES)) {
      notifyAll();
    }
  }

  private void run() {
    try (out) {
      for (ByteArrayOutputStream batch = take(); batch.size() > 0; batch = take()) {
        batch.writeTo(out);
      }
    } catch (IOException e) {
      fail("cannot write '" + name + "': " + e.getMessage() + "; going on without it");
    } catch (InterruptedException e) {
      fail("'" + name + "' is incomplete: interrupted");
    }
  }

  /** Takes the records that wait; empty at the end. */
  private synchronized ByteArrayOutputStream take() throws InterruptedException {
    while (waiting.size() == 0 && !closed) {
      wait();
    }
    for (boolean gathered = false; !gathered && waiting.size() < BATCH_BYTES && !closed; ) {
      wait(GATHER_MS);
      gathered = true;
    }
    ByteArrayOutputStream batch = waiting;
    waiting = new ByteArrayOutputStream();
    return batch;
  }

  private synchronized void fail(String message) {
    failed = true;
    waiting = new ByteArrayOutputStream();
    report(message);
  }

  private void report(String message) {
    if (!reported) {
      reported = true;
      err.println("lossy-proxy: " + message);
    }
  }

  /** Writes the rest, for some seconds at most. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      writer.join(TIMEOUT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      fail("'" + name + "' is incomplete: it is written too slowly");
    }
  }
}
