package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads between our own ends over bad paths, in virtual time. */
class ImpairedUploadTest {
  private static final long MS = Nanos.MILLISECOND;
  private static final long LONG_ENOUGH_NS = 3600 * Nanos.SECOND;

  private static Dialect dialect(long seed) {
    return seed % 4 < 2 ? Dialect.SPACED : Dialect.COMPACT;
  }

  private static Stream<Arguments> contents() {
    return Stream.of(Dialect.values())
        .flatMap(
            dialect ->
                Stream.concat(
                    Stream.of(0, 1, 1471, 1472, 1473, 1_000_000)
                        .map(size -> Arguments.of(dialect, size, Content.random(size, size))),
                    Stream.of(Arguments.of(dialect, 100_000, Content.delimiters(100_000)))));
  }

  @ParameterizedTest(name = "{0}, {1} bytes")
  @MethodSource("contents")
  void shouldArriveIdentical(Dialect dialect, int sizeBytes, byte[] content) {
    ServerSim server = new ServerSim(sizeBytes);
    server.simulation.impair("delay=1ms,loss=5%,duplicate=5%");
    Upload upload = server.upload(dialect, "dir/a file.bin", content);

    server.runUntilOver(upload, LONG_ENOUGH_NS);

    server.shouldHavePublishedOnce(upload);
    server.shouldForgetEverything();
  }

  @Test
  void shouldCarryALargeFile() {
    ServerSim server = new ServerSim(1);
    server.simulation.impair("delay=1ms");
    Upload upload = server.upload(Dialect.SPACED, "large", Content.random(1, 50_000_000));

    server.runUntilOver(upload, LONG_ENOUGH_NS);

    server.shouldHavePublishedOnce(upload);
    assertThat(upload.client.timeouts()).isZero();
  }

  @Test
  void shouldGoOnSoonAfterABlackHole() {
    for (long seed = 0; seed < 50; seed++) {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair("delay=10ms,loss=1%");
      Upload upload = server.upload(dialect(seed), "a file", Content.random(seed, 300_000));
      long before = server.simulation.newRandom().nextLong(2 * Nanos.SECOND);

      server.simulation.runUntil(() -> upload.sender.acknowledgedBytes() > 0, LONG_ENOUGH_NS);
      server.simulation.runFor(before);
      server.simulation.cut(upload.client, server.host);
      server.simulation.runFor(60 * Nanos.SECOND);
      long acknowledged = upload.sender.acknowledgedBytes();
      server.simulation.check(() -> assertThat(upload.isOver()).isFalse());
      server.simulation.restore(upload.client, server.host);

      server.simulation.runUntil(
          () -> upload.sender.acknowledgedBytes() > acknowledged, 5 * Nanos.SECOND);
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      server.shouldHavePublishedOnce(upload);
      server.shouldForgetEverything();
    }
  }

  @Test
  void shouldGiveUpAfterTwoMinutesInABlackHole() {
    for (long seed = 0; seed < 20; seed++) {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair("delay=10ms");
      Upload upload = server.upload(dialect(seed), "a file", Content.random(seed, 300_000));

      server.simulation.runFor(Nanos.SECOND);
      server.simulation.cut(upload.client, server.host);
      long cutNs = server.simulation.nowNs();
      server.runUntilOver(upload, LONG_ENOUGH_NS);

      long waitedNs = server.simulation.nowNs() - cutNs;
      server.simulation.check(
          () -> {
            assertThat(upload.failure()).isEqualTo(new TransferFailure.LostContact());
            assertThat(waitedNs).isBetween(119 * Nanos.SECOND, 123 * Nanos.SECOND);
            assertThat(server.store.publications()).isZero();
          });
      server.shouldForgetEverything();
    }
  }

  /** Stop and wait cannot be faster than one round trip for each chunk that gets through. */
  @ParameterizedTest
  @CsvSource({"10%, 0.1, 2000, 1.25", "30%, 0.3, 500, 2", "50%, 0.5, 200, 5"})
  void shouldBeCloseToTheBestThatStopAndWaitCanDo(
      String share, double loss, int chunks, double atMost) {
    long roundTripNs = 20 * MS;
    int seeds = 5;
    double best = chunks * roundTripNs / ((1 - loss) * (1 - loss));
    double sum = 0;
    for (long seed = 0; seed < seeds; seed++) {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair("delay=10ms,loss=" + share);
      // Headers of up to 10 bytes leave room for 1462 in each datagram.
      Upload upload = server.upload(Dialect.SPACED, "a file", Content.random(seed, chunks * 1462));
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      server.shouldHavePublishedOnce(upload);
      sum += upload.completed().stats().durationNs() / best;
    }
    System.out.printf(Locale.ROOT, "%s: %.2f of chunks * RTT / (1 - loss)^2%n", share, sum / seeds);
    assertThat(sum / seeds).isBetween(0.9, atMost);
  }
}
