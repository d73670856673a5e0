package dev.ferry.protocol.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PathMtuDiscovery} on a path that carries datagrams up to a length, without a network. */
class PathMtuDiscoveryTest {
  private static final int HEADER_BYTES = 28;
  private static final int LARGEST = 65_507;
  private static final long FAST = 10_000_000_000L;
  private static final long SLOW = 1_000_000;

  private final List<Integer> probed = new ArrayList<>();
  private PathMtuDiscovery discovery = new PathMtuDiscovery(HEADER_BYTES, LARGEST);
  private long number;
  private long nowNs = Long.MAX_VALUE - 100 * Nanos.SECOND;

  /** Sends probes until no more are due. */
  private void search(int pathBytes, long bytesPerSecond) {
    int bytes = discovery.probeBytes(bytesPerSecond, nowNs);
    while (bytes > 0 && probed.size() < 1000) {
      probed.add(bytes);
      discovery.onProbeSent(number, bytes);
      assertThat(discovery.probeBytes(bytesPerSecond, nowNs)).as("one at a time").isZero();
      number++;
      resolve(number - 1, bytes, bytes <= pathBytes);
      discovery.adapt(bytesPerSecond);
      nowNs += Nanos.MILLISECOND;
      bytes = discovery.probeBytes(bytesPerSecond, nowNs);
    }
  }

  private void resolve(long packet, int bytes, boolean arrives) {
    if (arrives) {
      discovery.onAcknowledged(packet, bytes);
    } else {
      discovery.onLost(packet, bytes, number, nowNs);
    }
  }

  private void lose(int packets) {
    int bytes = discovery.sizeBytes();
    long first = number;
    number += packets;
    for (long lost = first; lost < first + packets; lost++) {
      discovery.onLost(lost, bytes, number, nowNs);
    }
  }

  @Test
  void shouldBeginWithWhatEveryPathCarries() {
    assertThat(discovery.sizeBytes()).isEqualTo(1200);
  }

  @Test
  void shouldFindAnEthernetByOneProbe() {
    search(1472, FAST);

    assertThat(probed).containsExactly(1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldBeginWithWhatIsRemembered() {
    discovery.remember(1372);
    search(1372, FAST);

    assertThat(probed).startsWith(1372, 1472, 1472, 1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1372);
  }

  /** A tunnel is gone: what it left in memory must not last. */
  @Test
  void shouldFindMoreThanIsRemembered() {
    discovery.remember(1372);
    search(1472, FAST);

    assertThat(probed).containsExactly(1372, 1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldFindLessThanIsRemembered() {
    discovery.limit(LARGEST);
    discovery.remember(8972);
    search(1472, FAST);

    assertThat(probed).startsWith(8972, 8972, 8972, 1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1200, 1472, LARGEST})
  void shouldSearchAsEverIfWhatIsRememberedIsOfNoUse(int bytes) {
    discovery.remember(bytes);
    search(1472, FAST);

    assertThat(probed).containsExactly(1472);
  }

  /** On a slow path long datagrams are not worth while, remembered or not. */
  @Test
  void shouldNotProbeForWhatThePathIsTooSlowFor() {
    discovery.limit(LARGEST);
    discovery.remember(LARGEST);
    search(LARGEST, 1_000_000);

    assertThat(probed).containsExactly(1472);
  }

  @Test
  void shouldHaveShorterDatagramsOverIpv6() {
    discovery = new PathMtuDiscovery(48, LARGEST);
    search(1452, FAST);

    assertThat(probed).containsExactly(1452);
  }

  @Test
  void shouldClimbByWhatTheInterfacesOfThePathHave() {
    discovery.limit(LARGEST);
    search(LARGEST, FAST);

    assertThat(probed).containsExactly(1472, 8972, LARGEST);
    assertThat(discovery.sizeBytes()).isEqualTo(LARGEST);
  }

  /** As for a cloud whose interfaces have an MTU of 8896 bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1300, 1472, 1600, 8868, 9100})
  void shouldReachTheLengthOfTheInterface(int limitBytes) {
    discovery.limit(limitBytes);
    search(limitBytes, FAST);

    assertThat(discovery.sizeBytes()).isEqualTo(limitBytes);
    assertThat(probed).allMatch(bytes -> bytes <= limitBytes);
  }

  @Test
  void shouldSendNoLongerDatagramsThanThePeerTakes() {
    discovery = new PathMtuDiscovery(HEADER_BYTES, 1300);
    discovery.limit(LARGEST);
    search(LARGEST, FAST);

    assertThat(probed).containsExactly(1300);
  }

  @ParameterizedTest
  @CsvSource({"1372, 1472", "1200, 1472", "1471, 1472", "4000, 65507", "9000, 65507"})
  void shouldComeCloseBelowWhatThePathCarries(int pathBytes, int limitBytes) {
    discovery.limit(limitBytes);
    search(pathBytes, FAST);

    int leastGain = Math.max(16, pathBytes / 64);
    assertThat(discovery.sizeBytes()).isBetween(pathBytes - leastGain, pathBytes);
    assertThat(probed).hasSizeLessThan(40);
  }

  @Test
  void shouldTryASizeThreeTimes() {
    discovery.onProbeSent(number++, 1472);
    discovery.onLost(0, 1472, number, nowNs);
    discovery.onProbeSent(number++, 1472);
    discovery.onLost(1, 1472, number, nowNs);
    search(1472, FAST);

    assertThat(probed).containsExactly(1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldSearchAgainAfterTenMinutes() {
    search(1372, FAST);
    probed.clear();
    nowNs += 599 * Nanos.SECOND;
    search(1472, FAST);
    assertThat(probed).isEmpty();

    nowNs += 2 * Nanos.SECOND;
    search(1472, FAST);

    assertThat(probed).containsExactly(1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldFallBackWhenLongPacketsVanish() {
    search(1472, FAST);
    lose(3);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
    lose(1);

    assertThat(discovery.sizeBytes()).isEqualTo(1200);
    probed.clear();
    search(1372, FAST);
    assertThat(discovery.sizeBytes()).isBetween(1356, 1372);
  }

  /** Of a whole window that is lost, only the first few are needed to know. */
  @Test
  void shouldFallBackOnceForAllPacketsThatWereUnderWay() {
    search(1472, FAST);
    probed.clear();
    int bytes = discovery.sizeBytes();
    number = 200;
    for (long lost = 100; lost < 150; lost++) {
      discovery.onLost(lost, bytes, number, nowNs);
    }
    search(1472, FAST);
    for (long lost = 150; lost < 200; lost++) {
      discovery.onLost(lost, bytes, number, nowNs);
    }

    assertThat(probed).containsExactly(1472);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldNotTakeLossForAShorterPath() {
    search(1472, FAST);
    for (int i = 0; i < 100; i++) {
      number += 10;
      discovery.onAcknowledged(number - 1, 1472);
      for (long lost = number - 10; lost < number - 1; lost++) {
        discovery.onLost(lost, 1472, number, nowNs);
      }
    }

    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldNotTakeLostShortPacketsForAShorterPath() {
    search(1472, FAST);
    for (int i = 0; i < 100; i++) {
      discovery.onLost(number, 1200, number + 1, nowNs);
      number++;
    }

    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldBeginAnewOnAnotherPath() {
    search(1372, FAST);
    discovery.startPath(number);
    assertThat(discovery.sizeBytes()).isEqualTo(1200);
    discovery.onAcknowledged(0, 1472); // It went over the path before.
    assertThat(discovery.sizeBytes()).isEqualTo(1200);

    probed.clear();
    search(1472, FAST);
    assertThat(probed).containsExactly(1472);
  }

  @Test
  void shouldBelieveTheHostThatAProbeIsTooLong() {
    discovery.limit(LARGEST);
    discovery.onProbeSent(number++, 1472);
    discovery.onTooLong(1472, number, nowNs);
    discovery.onLost(0, 1472, number, nowNs);
    search(1372, FAST);

    assertThat(probed).doesNotContain(1472);
    assertThat(discovery.sizeBytes()).isBetween(1356, 1372);
  }

  @Test
  void shouldBelieveTheHostThatTheInterfaceHasShrunk() {
    search(1472, FAST);
    discovery.onTooLong(1472, number, nowNs);

    assertThat(discovery.sizeBytes()).isEqualTo(1200);
    probed.clear();
    search(1392, FAST);
    assertThat(probed).doesNotContain(1472);
    assertThat(discovery.sizeBytes()).isBetween(1376, 1392);
  }

  @Test
  void shouldNotBeMisledByTheHostAboutWhatEveryPathCarries() {
    search(1472, FAST);
    discovery.onTooLong(1200, number, nowNs);

    assertThat(discovery.sizeBytes()).isEqualTo(1472);
  }

  @Test
  void shouldUseLongDatagramsOnFastPathsOnly() {
    discovery.limit(LARGEST);
    search(LARGEST, SLOW);
    assertThat(probed).containsExactly(1472);

    search(LARGEST, 20_000_000);
    assertThat(probed).containsExactly(1472, 8972);
    search(LARGEST, FAST);
    assertThat(discovery.sizeBytes()).isEqualTo(LARGEST);

    discovery.adapt(70_000_000); // Half of what it takes, and a little more.
    assertThat(discovery.sizeBytes()).isEqualTo(LARGEST);
    discovery.adapt(60_000_000);
    assertThat(discovery.sizeBytes()).isEqualTo(8972);
    discovery.adapt(SLOW);
    assertThat(discovery.sizeBytes()).isEqualTo(1472);
    discovery.adapt(FAST);
    assertThat(discovery.sizeBytes()).isEqualTo(LARGEST);
  }

  @Test
  void shouldHaveNothingToFindOutAboutAStream() {
    discovery = PathMtuDiscovery.fixed(16_000);
    search(0, FAST);

    assertThat(probed).isEmpty();
    assertThat(discovery.sizeBytes()).isEqualTo(16_000);
  }
}
