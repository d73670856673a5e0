package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executor;

/** A regular file to be sent, in either mode. */
public final class DiskSourceFile implements SourceFile {
  private final DiskFileContent source;
  private final FileAttributes attributes;
  private final Executor diskWorkers;
  private final EngineThread engineThread;
  private final boolean closesSource;
  private final SourceDigest digest;

  /**
   * Takes over an open file; {@link #release} closes it.
   *
   * @param diskWorkers takes the digest
   * @param engineThread is told the digest
   * @throws IOException if it is too large for the protocol; it is left open then
   */
  public DiskSourceFile(DiskFileContent source, Executor diskWorkers, EngineThread engineThread)
      throws IOException {
    this(source, attributesOf(source.attributes()), diskWorkers, engineThread, true);
  }

  private DiskSourceFile(
      DiskFileContent source,
      FileAttributes attributes,
      Executor diskWorkers,
      EngineThread engineThread,
      boolean closesSource) {
    this.source = source;
    this.attributes = attributes;
    this.diskWorkers = diskWorkers;
    this.engineThread = engineThread;
    this.closesSource = closesSource;
    this.digest = new SourceDigest(source, diskWorkers, engineThread);
  }

  /**
   * The same file for another connection, with a digest of its own.
   *
   * @return a file whose {@link #release} leaves the source open
   */
  public DiskSourceFile shared() {
    return new DiskSourceFile(source, attributes, diskWorkers, engineThread, false);
  }

  static FileAttributes attributesOf(BasicFileAttributes file) throws IOException {
    if (file.size() > FileAttributes.MAX_SIZE_BYTES) {
      throw new IOException("larger than " + FileAttributes.MAX_SIZE_BYTES + " bytes");
    }
    return new FileAttributes(
        file.size(), FileTimes.toNanos(file.lastModifiedTime()), FileModes.bitsOf(file));
  }

  @Override
  public FileAttributes attributes() {
    return attributes;
  }

  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public void read(long offset, ByteBuffer dst) throws IOException {
    int start = dst.position();
    source.read(offset, dst);
    digest.onRead(offset, offset + (dst.position() - start));
  }

  @Override
  public void useBlockSums() {
    digest.useBlockSums();
  }

  @Override
  public void digest(DigestListener listener) {
    digest.finish(listener);
  }

  @Override
  public void release() {
    digest.giveUp();
    if (!closesSource) {
      return;
    }
    try {
      source.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
