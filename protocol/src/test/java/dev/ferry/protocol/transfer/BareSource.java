package dev.ferry.protocol.transfer;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import java.nio.ByteBuffer;

/** Content of any kind, whose digest is never ready. */
final class BareSource implements SourceFile {
  private final FileAttributes file;
  boolean released;

  BareSource(FileAttributes file) {
    this.file = file;
  }

  @Override
  public FileAttributes attributes() {
    return file;
  }

  @Override
  public long sizeBytes() {
    return file.sizeBytes();
  }

  @Override
  public void read(long offset, ByteBuffer dst) {
    dst.position(dst.limit());
  }

  @Override
  public void useBlockSums() {}

  @Override
  public void digest(DigestListener listener) {}

  @Override
  public void release() {
    released = true;
  }
}
