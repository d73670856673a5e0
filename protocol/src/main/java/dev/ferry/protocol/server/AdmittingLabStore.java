package dev.ferry.protocol.server;

import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The depot as one peer of the lab sees it: its part files are counted. */
final class AdmittingLabStore implements LabStore {
  private final LabStore depot;
  private final Admission admission;
  private final InetAddress address;
  private LongConsumer published = nowNs -> {};

  AdmittingLabStore(LabStore depot, Admission admission, InetAddress address) {
    this.depot = depot;
    this.admission = admission;
    this.address = address;
  }

  /**
   * Says what is to happen when a publication of that peer has ended; before anything is opened.
   *
   * @param listener called with the time
   */
  void whenPublished(LongConsumer listener) {
    published = listener;
  }

  @Override
  public @Nullable RefusalReason check(String name, long sizeBytes) {
    return depot.check(name, sizeBytes);
  }

  @Override
  public String inventName(String extension) {
    return depot.inventName(extension);
  }

  @Override
  public IncomingFile open(String name, long sizeBytes) throws StorageException {
    admission.enter(address);
    try {
      return new CountedSink(depot.open(name, sizeBytes));
    } catch (StorageException e) {
      admission.leave(address);
      throw e;
    }
  }

  private final class CountedSink implements IncomingFile {
    private final IncomingFile sink;

    CountedSink(IncomingFile sink) {
      this.sink = sink;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      sink.write(offset, src);
    }

    @Override
    public void publish(PublicationListener listener) {
      sink.publish(new CountedPublication(listener, admission, address, published));
    }

    @Override
    public void discard() {
      admission.leave(address);
      sink.discard();
    }
  }
}
