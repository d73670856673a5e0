package dev.ferry.protocol.server;

import dev.ferry.protocol.IncomingFile.PublicationListener;
import dev.ferry.protocol.StorageException;
import java.net.InetAddress;
import java.util.function.LongConsumer;

/** Hears how a publication ends, counts the file as closed, and passes it on. */
final class CountedPublication implements PublicationListener {
  private final PublicationListener listener;
  private final Admission admission;
  private final InetAddress address;
  private final LongConsumer told;

  /**
   * Wraps a listener.
   *
   * @param told called with the time when the listener has been told
   */
  CountedPublication(
      PublicationListener listener, Admission admission, InetAddress address, LongConsumer told) {
    this.listener = listener;
    this.admission = admission;
    this.address = address;
    this.told = told;
  }

  @Override
  public void published(String sha256Hex, long nowNs) {
    admission.leave(address);
    listener.published(sha256Hex, nowNs);
    told.accept(nowNs);
  }

  @Override
  public void failed(StorageException cause, long nowNs) {
    admission.leave(address);
    listener.failed(cause, nowNs);
    told.accept(nowNs);
  }
}
