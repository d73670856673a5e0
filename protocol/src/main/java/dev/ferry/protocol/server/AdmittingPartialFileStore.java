package dev.ferry.protocol.server;

import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.PartialFile;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteRange;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongConsumer;

/** The part files as one connection sees them: they are counted. */
final class AdmittingPartialFileStore implements PartialFileStore {
  private final PartialFileStore depot;
  private final Admission admission;
  private final InetAddress address;
  private final LongConsumer told;
  private final long nowNs;

  /**
   * A view of the depot.
   *
   * @param told called with the time when the connection has been told something
   * @param nowNs the time at which it is going to be used
   */
  AdmittingPartialFileStore(
      PartialFileStore depot,
      Admission admission,
      InetAddress address,
      LongConsumer told,
      long nowNs) {
    this.nowNs = nowNs;
    this.depot = depot;
    this.admission = admission;
    this.address = address;
    this.told = told;
  }

  @Override
  public void open(ReceiveRequest file, Listener listener) {
    try {
      admission.enter(address);
    } catch (StorageException e) {
      listener.failed(e, nowNs);
      return;
    }
    depot.open(file, new CountingListener(listener));
  }

  private final class CountingListener implements Listener {
    private final Listener listener;

    CountingListener(Listener listener) {
      this.listener = listener;
    }

    @Override
    public void opened(PartialFile part, long openedNs) {
      listener.opened(new CountedPart(part), openedNs);
      told.accept(openedNs);
    }

    @Override
    public void failed(StorageException cause, long failedNs) {
      admission.leave(address);
      listener.failed(cause, failedNs);
      told.accept(failedNs);
    }

    @Override
    public void caughtUp(long caughtUpNs) {
      listener.caughtUp(caughtUpNs);
      told.accept(caughtUpNs);
    }
  }

  private final class CountedPart implements PartialFile {
    private final PartialFile part;

    CountedPart(PartialFile part) {
      this.part = part;
    }

    @Override
    public List<ByteRange> verified() {
      return part.verified();
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      part.write(offset, src);
    }

    @Override
    public long backlogBytes() {
      return part.backlogBytes();
    }

    @Override
    public void publish(byte[] sha256, PublicationListener listener) {
      part.publish(sha256, new CountedPublication(listener, admission, address, told));
    }

    @Override
    public void keep() {
      admission.leave(address);
      part.keep();
    }

    @Override
    public void discard() {
      admission.leave(address);
      part.discard();
    }
  }
}
