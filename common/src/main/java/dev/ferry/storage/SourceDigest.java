package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.SourceFile.DigestListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.Executor;

/**
 * Takes the digest of a file to be sent on disk workers, by slices, so that they have time for
 * others.
 */
final class SourceDigest {
  private static final int READ_BYTES = 256 << 10;
  private static final long SLICE_BYTES = 16L << 20;

  private final DiskFileContent source;
  private final MessageDigest digest;
  private final SerialExecutor slices;
  private final EngineThread engineThread;
  private final DigestListener listener;
  private long hashedBytes;
  private volatile boolean givenUp;

  /**
   * Goes on with a digest.
   *
   * @param hashedBytes how many bytes from the beginning of the file are in it already
   */
  SourceDigest(
      DiskFileContent source,
      MessageDigest digest,
      long hashedBytes,
      Executor diskWorkers,
      EngineThread engineThread,
      DigestListener listener) {
    this.source = source;
    this.digest = digest;
    this.hashedBytes = hashedBytes;
    this.slices = new SerialExecutor(diskWorkers);
    this.engineThread = engineThread;
    this.listener = listener;
  }

  void start() {
    slices.execute(this::slice);
  }

  /** From now on the listener hears nothing. Called on the engine's thread. */
  void giveUp() {
    givenUp = true;
  }

  private void slice() {
    if (givenUp) {
      return;
    }
    try {
      hashUpTo(Math.min(source.sizeBytes(), hashedBytes + SLICE_BYTES));
      if (hashedBytes < source.sizeBytes()) {
        slices.execute(this::slice);
        return;
      }
      source.requireUnchanged();
      byte[] sha256 = digest.digest();
      engineThread.execute(
          nowNs -> {
            if (!givenUp) {
              listener.digested(sha256, nowNs);
            }
          });
    } catch (IOException e) {
      fail(e);
    }
  }

  private void hashUpTo(long end) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(READ_BYTES, end - hashedBytes));
    while (hashedBytes < end && !givenUp) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), end - hashedBytes));
      source.readDirectly(hashedBytes, buffer);
      digest.update(buffer.flip());
      hashedBytes += buffer.limit();
    }
  }

  private void fail(IOException cause) {
    engineThread.execute(
        nowNs -> {
          if (!givenUp) {
            listener.failed(cause, nowNs);
          }
        });
  }
}
