package dev.ferry.protocol.server;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;

/** The files that are handed out, as one connection sees them: those that are open are counted. */
final class AdmittingSourceStore implements SourceStore {
  private final SourceStore catalogue;
  private final Admission admission;
  private final InetAddress address;
  private final LongConsumer told;

  /**
   * A view of the catalogue.
   *
   * @param told called with the time when the connection has been told something
   */
  AdmittingSourceStore(
      SourceStore catalogue, Admission admission, InetAddress address, LongConsumer told) {
    this.catalogue = catalogue;
    this.admission = admission;
    this.address = address;
    this.told = told;
  }

  @Override
  public SourceFile open(String name) throws StorageException {
    admission.enter(address);
    try {
      return new CountedFile(catalogue.open(name));
    } catch (StorageException e) {
      admission.leave(address);
      throw e;
    }
  }

  private final class CountedFile implements SourceFile {
    private final SourceFile file;
    private boolean released;

    CountedFile(SourceFile file) {
      this.file = file;
    }

    @Override
    public long sizeBytes() {
      return file.sizeBytes();
    }

    @Override
    public FileAttributes attributes() {
      return file.attributes();
    }

    @Override
    public void read(long offset, ByteBuffer dst) throws IOException {
      file.read(offset, dst);
    }

    @Override
    public void digest(DigestListener listener) {
      file.digest(
          new DigestListener() {
            @Override
            public void digested(byte[] sha256, long nowNs) {
              listener.digested(sha256, nowNs);
              told.accept(nowNs);
            }

            @Override
            public void failed(IOException cause, long nowNs) {
              listener.failed(cause, nowNs);
              told.accept(nowNs);
            }
          });
    }

    @Override
    public void release() {
      if (!released) {
        released = true;
        admission.leave(address);
        file.release();
      }
    }
  }
}
