package dev.ferry.testkit.sim;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Content that comes bit by bit, when a test says so, on a host that sends it. What has arrived is
 * gone: to read it once more is an {@link IllegalStateException}, which ends the simulation.
 */
public final class SimSourceStream implements SourceStream {
  private final Host host;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private byte[] content = {};
  private Listener listener;
  private boolean ended;
  private boolean released;
  private IOException failure;
  private long deliveredBytes;
  private long mostBytes;

  /** Content of which nothing has come yet. */
  public SimSourceStream(Host host) {
    this.host = host;
  }

  /** More comes. */
  public void write(byte[] more) {
    written.writeBytes(more);
    content = written.toByteArray();
    mostBytes = Math.max(mostBytes, content.length - deliveredBytes);
    tell();
  }

  /** The end comes. */
  public void end() {
    ended = true;
    tell();
  }

  /** Nothing more can be read. */
  public void fail(IOException cause) {
    failure = cause;
    tell();
  }

  private void tell() {
    host.execute(
        nowNs -> {
          if (listener != null && !released) {
            if (failure == null) {
              listener.onMore(nowNs);
            } else {
              listener.onFailure(failure, nowNs);
            }
          }
        });
  }

  /** How much has arrived in order, in bytes. */
  public long deliveredBytes() {
    return deliveredBytes;
  }

  /** How much there was at most that had come and not arrived, in bytes. */
  public long mostBytes() {
    return mostBytes;
  }

  /** Whether it has been closed. */
  public boolean isReleased() {
    return released;
  }

  @Override
  public boolean begin(Listener newListener) {
    listener = newListener;
    return deliveredBytes == 0;
  }

  @Override
  public FileAttributes attributes() {
    return new FileAttributes(FileAttributes.UNKNOWN_SIZE, 0, 0);
  }

  @Override
  public long sizeBytes() {
    return ended ? content.length : FileAttributes.UNKNOWN_SIZE;
  }

  @Override
  public long availableBytes() {
    return content.length;
  }

  @Override
  public void delivered(long endBytes) {
    deliveredBytes = Math.max(deliveredBytes, endBytes);
  }

  @Override
  public void read(long offset, ByteBuffer dst) {
    if (released || offset < deliveredBytes) {
      throw new IllegalStateException("read at " + offset + ", which is gone");
    }
    dst.put(content, Math.toIntExact(offset), dst.remaining());
  }

  @Override
  public void useBlockSums() {
    throw new IllegalStateException("of unknown size");
  }

  @Override
  public void digest(DigestListener asked) {
    if (!ended) {
      throw new IllegalStateException("a digest before the end");
    }
    host.execute(
        nowNs -> {
          if (!released) {
            asked.digested(ContentCheck.bySha256(SimSourceFile.sha256(content)), nowNs);
          }
        });
  }

  @Override
  public void release() {
    released = true;
  }
}
