package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A file of more than 4 GiB, of which neither end keeps more than a chunk. */
@Tag("statistics")
class LargeFileTest {
  private static final long SIZE_BYTES = 5L << 30;
  private static final InetSocketAddress CLIENT = Simulation.address(2, 40_000);

  /** Each position has a value of its own, told by its first eight bytes. */
  private static final FileContent SOURCE =
      new FileContent() {
        @Override
        public long sizeBytes() {
          return SIZE_BYTES;
        }

        @Override
        public void read(long offset, ByteBuffer dst) {
          if (dst.remaining() >= Long.BYTES) {
            dst.putLong(dst.position(), offset);
          }
          dst.position(dst.limit());
        }
      };

  /** Checks what arrives, and keeps nothing. */
  private static final class CheckingStore implements LabStore, IncomingFile {
    private final Host host;
    private long storedBytes;
    private boolean published;

    CheckingStore(Host host) {
      this.host = host;
    }

    @Override
    public RefusalReason check(String name, long sizeBytes) {
      return null;
    }

    @Override
    public String inventName(String extension) {
      throw new AssertionError(extension);
    }

    @Override
    public IncomingFile create(String name, long sizeBytes) {
      assertThat(sizeBytes).isEqualTo(SIZE_BYTES);
      return this;
    }

    @Override
    public IncomingFile createEmpty(String name) {
      throw new AssertionError(name);
    }

    @Override
    public void write(long offset, ByteBuffer src) {
      if (src.remaining() >= Long.BYTES) {
        assertThat(src.getLong(src.position())).isEqualTo(storedBytes).isEqualTo(offset);
      }
      storedBytes += src.remaining();
    }

    @Override
    public void publish(PublicationListener listener) {
      published = storedBytes == SIZE_BYTES;
      host.execute(nowNs -> listener.published("", nowNs));
    }

    @Override
    public void discard() {
      throw new AssertionError("discarded after " + storedBytes);
    }
  }

  @Test
  void shouldArriveWhole() {
    Simulation simulation = Simulation.seeded(1);
    simulation.impair("delay=100us");
    Host serverHost = simulation.addHost(ServerSim.ADDRESS);
    CheckingStore store = new CheckingStore(serverHost);
    ReceiverConfig defaults = ReceiverConfig.DEFAULT;
    ReceiverConfig config =
        new ReceiverConfig(
            Udp.MAX_PAYLOAD_BYTES,
            defaults.labIdleNs(),
            defaults.ownIdleNs(),
            defaults.slowestNs(),
            defaults.rememberNs());
    serverHost.run(new LabServer(store, config, ServerLimits.DEFAULT));
    Start start = new Start(Dialect.SPACED, 0, "large", SIZE_BYTES, true);
    List<SenderEvent> events =
        simulation
            .addHost(CLIENT)
            .run(
                new LabSender(
                    ServerSim.ADDRESS,
                    start,
                    SOURCE,
                    Udp.MAX_PAYLOAD_BYTES,
                    RetransmissionPolicy.START));

    simulation.runUntil(
        () -> !events.isEmpty() && events.get(events.size() - 1) instanceof SenderEvent.Completed,
        3600 * Nanos.SECOND);

    assertThat(store.storedBytes).isEqualTo(SIZE_BYTES);
    assertThat(store.published).isTrue();
  }
}
