package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.BlockSums;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.TransferEvent.Failed;
import dev.ferry.protocol.connection.TransferEvent.Finished;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.SimPartialFileStore;
import dev.ferry.testkit.sim.Simulation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Large files, for which the sums of their blocks vouch where both ends take them. */
class BlockSumsTransferTest {
  private static final int LARGE = (int) BlockSums.MIN_FILE_BYTES + 3;
  private static final long LONG_NS = 120 * Nanos.SECOND;

  private static ConnectionPair pair(int bytes, boolean clientSums, boolean serverSums) {
    Simulation simulation = new Simulation(1, 0);
    simulation.impair("delay=5ms,rate=500mbit,loss=0.1%");
    ConnectionPair pair = new ConnectionPair(simulation, Content.random(2, bytes));
    pair.clientSums = clientSums;
    pair.serverSums = serverSums;
    return pair;
  }

  private static boolean hasDigest(List<TransferEvent> events) {
    return ((Finished) events.get(events.size() - 1)).sha256Hex() != null;
  }

  private static void shouldBeThere(
      ConnectionPair pair, SimPartialFileStore store, boolean withDigest) {
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    pair.simulation.check(
        () -> {
          pair.assertFinished();
          assertThat(store.published(ConnectionPair.NAME)).isEqualTo(pair.content);
          assertThat(hasDigest(pair.clientEvents)).isEqualTo(withDigest);
          assertThat(hasDigest(pair.serverEvents)).isEqualTo(withDigest);
        });
  }

  @ParameterizedTest
  @CsvSource({"true,true,false", "true,false,true", "false,true,true", "false,false,true"})
  void shouldPutByTheSumsWhereBothTakeThem(boolean client, boolean server, boolean digest) {
    ConnectionPair pair = pair(LARGE, client, server);
    pair.startServer();
    pair.startPut();
    shouldBeThere(pair, pair.store, digest);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldGetByTheSumsWhereBothTakeThem(boolean server) {
    ConnectionPair pair = pair(LARGE, true, server);
    SimPartialFileStore destination = new SimPartialFileStore(pair.client, 1000, 1000);
    pair.startServer();
    pair.startGet(destination);
    shouldBeThere(pair, destination, !server);
  }

  /** It takes no time to speak of. */
  @Test
  void shouldTakeTheDigestOfASmallFile() {
    ConnectionPair pair = pair((int) BlockSums.MIN_FILE_BYTES - 1, true, true);
    pair.startServer();
    pair.startPut();
    shouldBeThere(pair, pair.store, true);
  }

  /** One byte changes between its reading for the network and that for the sums. */
  @Test
  void shouldNotPublishWhatHasOtherSums() {
    ConnectionPair pair = pair(LARGE, true, true);
    byte[] changed = pair.content.clone();
    changed[5_000_000] ^= 1;
    pair.startServer();
    pair.startPut();
    pair.simulation.runUntil(
        () -> pair.clients.transfer() != null && pair.clients.transfer().doneBytes() > 10_000_000,
        LONG_NS);
    pair.source.replace(changed);
    pair.simulation.runUntil(pair::bothOver, LONG_NS);
    pair.simulation.check(
        () -> {
          assertThat(pair.store.publications()).isZero();
          Failed failed = (Failed) pair.clientEvents.get(pair.clientEvents.size() - 1);
          assertThat(((TransferFailure.Refused) failed.failure()).reason())
              .isEqualTo(RefusalReason.DIGEST_DIFFERS);
        });
  }
}
