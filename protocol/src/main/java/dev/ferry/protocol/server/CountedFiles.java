package dev.ferry.protocol.server;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.AddressKey;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.protocol.util.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the stores for one peer, and counts its open files with {@link Admission}: from before a
 * file is opened until it is closed or its publication has ended. After each callback from the disk
 * to the peer's transfer a listener is called, because the transfer may then have something to
 * send.
 */
final class CountedFiles {
  private final Admission admission;
  private final InetAddress address;
  private LongConsumer afterCallback = nowNs -> {};

  /** Creates a wrapper for the peer at an address. */
  CountedFiles(Admission admission, InetAddress address) {
    this.admission = admission;
    this.address = address;
  }

  /**
   * Sets the listener that is called after each callback to the peer's transfer. Must be called
   * before a file is opened.
   *
   * @param listener gets the time of the callback
   */
  void afterCallbacks(LongConsumer listener) {
    afterCallback = listener;
  }

  /** A store as the peer sees it. */
  LabStore of(LabStore store) {
    return new LabStore() {
      @Override
      public @Nullable RefusalReason check(String name, long sizeBytes) {
        return store.check(name, sizeBytes);
      }

      @Override
      public String inventName(String extension) {
        return store.inventName(extension);
      }

      @Override
      public IncomingFile create(String name, long sizeBytes) throws StorageException {
        return new CountedIncomingFile(counted(() -> store.create(name, sizeBytes)));
      }

      @Override
      public @Nullable IncomingFile createEmpty(String name) throws StorageException {
        admission.enter(address);
        IncomingFile file = null;
        try {
          file = store.createEmpty(name);
        } finally {
          if (file == null) {
            admission.leave(address);
          }
        }
        return file == null ? null : new CountedIncomingFile(file);
      }
    };
  }

  /**
   * A store as the peer sees it. Its network has its turns at the disk.
   *
   * @param nowNs the time at which it is going to be used
   */
  SourceStore of(SourceStore ofAll, long nowNs) {
    SourceStore store = ofAll.ofOwner(AddressKey.networkOf(address));
    return new SourceStore() {
      @Override
      public SourceFile open(String name) throws StorageException {
        admission.enter(address, nowNs);
        return new CountedSourceFile(entered(() -> store.open(name)));
      }

      @Override
      public FileAttributes attributes(String name) throws StorageException {
        return store.attributes(name);
      }

      @Override
      public SourceFile openToVerify(String name) throws StorageException {
        admission.enter(address, nowNs);
        return new CountedSourceFile(entered(() -> store.openToVerify(name)));
      }

      @Override
      public void list(String name, boolean all, long kinds, ListListener listener, long askedNs) {
        if (hasEntered(listener, askedNs)) {
          store.list(name, all, kinds, counted(listener), askedNs);
        }
      }

      @Override
      public void digests(String name, ListListener listener, long askedNs) {
        if (hasEntered(listener, askedNs)) {
          store.digests(name, counted(listener), askedNs);
        }
      }

      private boolean hasEntered(ListListener listener, long askedNs) {
        try {
          admission.enter(address, askedNs);
          return true;
        } catch (StorageException e) {
          listener.failed(e, askedNs);
          return false;
        }
      }
    };
  }

  /**
   * A store as the peer sees it.
   *
   * @param pace of publications
   * @param copies how much may be copied
   * @param nowNs the time at which it is going to be used
   */
  PartialFileStore of(PartialFileStore store, PublicationPace pace, CopyBudget copies, long nowNs) {
    return (file, listener) -> {
      try {
        admission.enter(address, nowNs);
      } catch (StorageException e) {
        listener.failed(e, nowNs);
        return;
      }
      Bytes owner = AddressKey.networkOf(address);
      store.receive(file.ofOwner(owner), new CountingListener(listener, pace, copies));
    };
  }

  /** A store as the peer sees it. Its network has its turns at the disk. */
  RemovalStore of(RemovalStore ofAll) {
    RemovalStore store = ofAll.ofOwner(AddressKey.networkOf(address));
    return (name, listener, askedNs) -> {
      try {
        admission.enter(address, askedNs);
      } catch (StorageException e) {
        listener.failed(e, askedNs);
        return;
      }
      store.remove(name, counted(listener), askedNs);
    };
  }

  private RemovalStore.Listener counted(RemovalStore.Listener listener) {
    return new RemovalStore.Listener() {
      @Override
      public void removed(long nowNs) {
        admission.leave(address);
        listener.removed(nowNs);
        afterCallback.accept(nowNs);
      }

      @Override
      public void failed(StorageException cause, long nowNs) {
        admission.leave(address);
        listener.failed(cause, nowNs);
        afterCallback.accept(nowNs);
      }
    };
  }

  @FunctionalInterface
  private interface Opening<T> {
    T open() throws StorageException;
  }

  private <T> T counted(Opening<T> opening) throws StorageException {
    admission.enter(address);
    return entered(opening);
  }

  private <T> T entered(Opening<T> opening) throws StorageException {
    try {
      return opening.open();
    } catch (StorageException e) {
      admission.leave(address);
      throw e;
    }
  }

  private PublicationListener counted(PublicationListener listener) {
    return new PublicationListener() {
      @Override
      public void published(@Nullable String sha256Hex, long nowNs) {
        admission.leave(address);
        listener.published(sha256Hex, nowNs);
        afterCallback.accept(nowNs);
      }

      @Override
      public void failed(StorageException cause, long nowNs) {
        admission.leave(address);
        listener.failed(cause, nowNs);
        afterCallback.accept(nowNs);
      }
    };
  }

  /** How much of what a server has a peer may have copied. */
  @FunctionalInterface
  interface CopyBudget {
    /**
     * Takes so many bytes of it.
     *
     * @throws StorageException if there is not that much
     */
    void take(InetAddress peer, long bytes) throws StorageException;
  }

  private SourceStore.ListListener counted(SourceStore.ListListener listener) {
    return new SourceStore.ListListener() {
      @Override
      public boolean isWanted() {
        return listener.isWanted();
      }

      @Override
      public void listed(SourceFile list, long nowNs) {
        listener.listed(new CountedSourceFile(list), nowNs);
        afterCallback.accept(nowNs);
      }

      @Override
      public void failed(StorageException cause, long nowNs) {
        admission.leave(address);
        listener.failed(cause, nowNs);
        afterCallback.accept(nowNs);
      }
    };
  }

  private final class CountedIncomingFile implements IncomingFile {
    private final IncomingFile file;

    CountedIncomingFile(IncomingFile file) {
      this.file = file;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      file.write(offset, src);
    }

    @Override
    public void publish(PublicationListener listener) {
      file.publish(counted(listener));
    }

    @Override
    public void discard() {
      admission.leave(address);
      file.discard();
    }
  }

  private final class CountingListener implements PartialFileStore.Listener {
    private final PartialFileStore.Listener listener;
    private final PublicationPace pace;
    private final CopyBudget copies;

    CountingListener(PartialFileStore.Listener listener, PublicationPace pace, CopyBudget copies) {
      this.listener = listener;
      this.pace = pace;
      this.copies = copies;
    }

    @Override
    public void opened(PartialFile part, long nowNs) {
      pace.at(nowNs);
      listener.opened(new CountedPartialFile(part, pace, copies), nowNs);
      afterCallback.accept(nowNs);
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      admission.leave(address);
      listener.failed(cause, nowNs);
      afterCallback.accept(nowNs);
    }

    @Override
    public void compared(List<ByteRange> damaged, long nowNs) {
      pace.at(nowNs);
      listener.compared(damaged, nowNs);
      afterCallback.accept(nowNs);
    }

    @Override
    public void caughtUp(long nowNs) {
      listener.caughtUp(nowNs);
      afterCallback.accept(nowNs);
    }
  }

  private final class CountedPartialFile implements PartialFile {
    private final PartialFile file;
    private final PublicationPace pace;
    private final CopyBudget copies;

    CountedPartialFile(PartialFile file, PublicationPace pace, CopyBudget copies) {
      this.file = file;
      this.pace = pace;
      this.copies = copies;
    }

    @Override
    public List<ByteRange> present() {
      return file.present();
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      file.write(offset, src);
    }

    @Override
    public void copy(ByteRange range) throws StorageException {
      copies.take(address, range.length());
      file.copy(range);
    }

    @Override
    public void zero(ByteRange range) throws StorageException {
      copies.take(address, range.length());
      file.zero(range);
    }

    @Override
    public void endsAt(long sizeBytes) {
      file.endsAt(sizeBytes);
    }

    @Override
    public long roomBytes() {
      return file.roomBytes();
    }

    @Override
    public long backlogBytes() {
      return file.backlogBytes();
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      pace.publish(address, () -> file.publish(expected, counted(listener)));
    }

    @Override
    public void keep() {
      admission.leave(address);
      file.keep();
    }

    @Override
    public void discard() {
      admission.leave(address);
      file.discard();
    }
  }

  private final class CountedSourceFile implements SourceFile {
    private final SourceFile file;
    private boolean released;

    CountedSourceFile(SourceFile file) {
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
    public void useBlockSums() {
      file.useBlockSums();
    }

    @Override
    public void digest(DigestListener listener) {
      file.digest(
          new DigestListener() {
            @Override
            public void digested(ContentCheck check, long nowNs) {
              listener.digested(check, nowNs);
              afterCallback.accept(nowNs);
            }

            @Override
            public void failed(IOException cause, long nowNs) {
              listener.failed(cause, nowNs);
              afterCallback.accept(nowNs);
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
