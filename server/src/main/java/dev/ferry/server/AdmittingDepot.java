package dev.ferry.server;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.ferry.engine.ContentSink;
import dev.ferry.engine.Depot;
import dev.ferry.engine.StorageException;
import dev.ferry.wire.RefusalReason;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Bounds how many part files are open at a time, in all and for each address. */
final class AdmittingDepot {
  private final Depot depot;
  private final ServerLimits limits;
  private final Multiset<InetAddress> open = HashMultiset.create();

  AdmittingDepot(Depot depot, ServerLimits limits) {
    this.depot = depot;
    this.limits = limits;
  }

  /** How many part files are open. */
  int openCount() {
    return open.size();
  }

  /**
   * The depot as one peer sees it.
   *
   * @param published called with the time when a publication of that peer has ended
   */
  Depot forPeer(InetAddress address, PublicationEnd published) {
    return new Depot() {
      @Override
      public @Nullable RefusalReason check(String name, long sizeBytes) {
        return depot.check(name, sizeBytes);
      }

      @Override
      public String inventName(String extension) {
        return depot.inventName(extension);
      }

      @Override
      public ContentSink open(String name, long sizeBytes) throws StorageException {
        if (open.size() >= limits.sessions()
            || open.count(address) >= limits.sessionsPerAddress()) {
          throw new StorageException(RefusalReason.BUSY, "too many transfers at the moment");
        }
        ContentSink sink = depot.open(name, sizeBytes);
        open.add(address);
        return new CountedSink(sink, address, published);
      }
    };
  }

  /** Hears of the end of a publication. */
  @FunctionalInterface
  interface PublicationEnd {
    void at(long nowNs);
  }

  private final class CountedSink implements ContentSink {
    private final ContentSink sink;
    private final InetAddress address;
    private final PublicationEnd published;

    CountedSink(ContentSink sink, InetAddress address, PublicationEnd published) {
      this.sink = sink;
      this.address = address;
      this.published = published;
    }

    @Override
    public void write(long offset, ByteBuffer src) throws StorageException {
      sink.write(offset, src);
    }

    @Override
    public void publish(PublicationListener listener) {
      sink.publish(
          new PublicationListener() {
            @Override
            public void published(String sha256Hex, long nowNs) {
              open.remove(address);
              listener.published(sha256Hex, nowNs);
              published.at(nowNs);
            }

            @Override
            public void failed(StorageException cause, long nowNs) {
              open.remove(address);
              listener.failed(cause, nowNs);
              published.at(nowNs);
            }
          });
    }

    @Override
    public void discard() {
      open.remove(address);
      sink.discard();
    }
  }
}
