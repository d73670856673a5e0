package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.connection.ConnectionObserver;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.handshake.ServerHandshakeConfig;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** {@link FerryModeConfig}. */
class FerryModeConfigTest {
  /** What is random of a run depends on its seed only, not on how the configuration is put up. */
  @Test
  void shouldDrawNothingForACopy() {
    SplittableRandom seeded = new SplittableRandom(1);
    AtomicInteger draws = new AtomicInteger();
    RandomGenerator random =
        () -> {
          draws.incrementAndGet();
          return seeded.nextLong();
        };
    FerryModeConfig config =
        new FerryModeConfig(
            new ServerHandshakeConfig(4, FerryModeConfig.PARAMETERS, CipherSuite.AES_128_GCM),
            null,
            1472,
            8,
            Nanos.SECOND,
            random);
    int drawn = draws.get();

    config
        .withStreams(3)
        .withReceiveBuffer(1 << 20)
        .withFirstPacketsOnStreams(FirstPackets.LIKE_ALL)
        .withMemory(new ByteBudget(1 << 20, 1 << 19, 0))
        .withCongestion(CongestionAlgorithm.CUBIC)
        .withDatagramLimits(client -> 1472)
        .withObservers(client -> ConnectionObserver.NONE)
        .ofStream(1);
    assertThat(draws).hasValue(drawn);
  }
}
