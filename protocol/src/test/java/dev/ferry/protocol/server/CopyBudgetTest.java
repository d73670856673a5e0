package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a put may take from the file that is there. */
class CopyBudgetTest {
  private static final long GIB = 1L << 30;
  private static final PartialFileStore PARTS =
      (file, listener) -> {
        throw new AssertionError("nothing is received");
      };
  private static final SourceStore SOURCES =
      name -> {
        throw new AssertionError("nothing is opened");
      };

  private static TransferRegistry registry(@Nullable SourceStore sources) {
    PeerNetworks networks = new PeerNetworks(1, List.of());
    return new TransferRegistry(
        PARTS,
        sources,
        new Admission(ServerLimits.DEFAULT, networks),
        new ByteBudget(1 << 20, 1 << 20, 1),
        networks,
        false);
  }

  private static InetAddress stranger() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
  }

  private static void assertRefused(TransferRegistry registry, long bytes, RefusalReason reason) {
    assertThatThrownBy(() -> registry.takeCopy(stranger(), bytes))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** Else whoever guesses what is in a file would be told by the digest whether that is right. */
  @Test
  void shouldCopyNothingForThoseWhoGetNothing() {
    assertRefused(registry(null), 1, RefusalReason.NOT_PERMITTED);
  }

  @Test
  void shouldCountWhatIsCopiedAsHashed() throws UnknownHostException, StorageException {
    TransferRegistry registry = registry(SOURCES);
    for (int i = 0; i < 63; i++) {
      registry.takeCopy(stranger(), GIB);
    }
    assertRefused(registry, 2 * GIB, RefusalReason.BUSY);
  }
}
