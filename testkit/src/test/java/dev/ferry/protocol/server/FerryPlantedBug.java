package dev.ferry.protocol.server;

import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import dev.ferry.testkit.sim.SimSourceFile;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/** A server's disk with a fault, made by doing something else than the engine says. */
enum FerryPlantedBug {
  /** What arrives is acknowledged, but every now and then not stored. */
  ACKNOWLEDGES_WHAT_IT_HAS_NOT_STORED {
    @Override
    void write(Faulty part, long offset, ByteBuffer src) throws StorageException {
      if (offset % 7 == 3) {
        src.position(src.limit());
      }
      super.write(part, offset, src);
    }
  },
  /** Whatever arrived is right. */
  DOES_NOT_COMPARE_THE_DIGEST {
    @Override
    void publish(Faulty part, ContentCheck expected, PublicationListener listener) {
      part.file.publish(ContentCheck.bySha256(SimSourceFile.sha256(part.copy)), listener);
    }
  },
  /** The client is told before the file is there. */
  REPORTS_BEFORE_IT_PUBLISHES {
    @Override
    void publish(Faulty part, ContentCheck expected, PublicationListener listener) {
      listener.published(expected.sha256Hex(), 0);
    }
  },
  /** What was interrupted begins anew. */
  KEEPS_NOTHING {
    @Override
    void keep(Faulty part) {
      part.file.discard();
    }
  },
  /** What an earlier run has left is taken for the whole file. */
  BELIEVES_THAT_ALL_IS_THERE {
    @Override
    List<ByteRange> present(Faulty part) {
      return part.file.present().isEmpty()
          ? List.of()
          : List.of(new ByteRange(0, part.copy.length));
    }
  };

  void write(Faulty part, long offset, ByteBuffer src) throws StorageException {
    int length = src.remaining();
    src.duplicate().get(part.copy, Math.toIntExact(offset), length);
    part.file.write(offset, src);
  }

  void publish(Faulty part, ContentCheck expected, PublicationListener listener) {
    part.file.publish(expected, listener);
  }

  void keep(Faulty part) {
    part.file.keep();
  }

  List<ByteRange> present(Faulty part) {
    return part.file.present();
  }

  /** The disk with the fault. */
  UnaryOperator<PartialFileStore> disk() {
    return store -> (file, listener) -> store.receive(file, new FaultyListener(file, listener));
  }

  private final class FaultyListener implements PartialFileStore.Listener {
    private final ReceiveRequest file;
    private final PartialFileStore.Listener listener;

    FaultyListener(ReceiveRequest file, PartialFileStore.Listener listener) {
      this.file = file;
      this.listener = listener;
    }

    @Override
    public void opened(PartialFile part, long nowNs) {
      int sizeBytes = Math.toIntExact(file.attributes().sizeBytes());
      listener.opened(new Faulty(FerryPlantedBug.this, part, sizeBytes), nowNs);
    }

    @Override
    public void failed(StorageException cause, long nowNs) {
      listener.failed(cause, nowNs);
    }

    @Override
    public void compared(List<ByteRange> damaged, long nowNs) {
      listener.compared(damaged, nowNs);
    }

    @Override
    public void caughtUp(long nowNs) {
      listener.caughtUp(nowNs);
    }
  }

  /** A part file with the fault. */
  static final class Faulty implements PartialFile {
    private final FerryPlantedBug bug;
    private final PartialFile file;

    /** What has arrived. */
    private final byte[] copy;

    Faulty(FerryPlantedBug bug, PartialFile file, int sizeBytes) {
      this.bug = bug;
      this.file = file;
      this.copy = new byte[sizeBytes];
    }

    @Override
    public List<ByteRange> present() {
      return bug.present(this);
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      bug.write(this, offset, src);
    }

    @Override
    public long backlogBytes() {
      return file.backlogBytes();
    }

    @Override
    public void publish(ContentCheck expected, PublicationListener listener) {
      bug.publish(this, expected, listener);
    }

    @Override
    public void keep() {
      bug.keep(this);
    }

    @Override
    public void discard() {
      file.discard();
    }
  }
}
