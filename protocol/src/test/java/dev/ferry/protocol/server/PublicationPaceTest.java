package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link PublicationPace}: who completes many files, alone and beside others. */
class PublicationPaceTest {
  private static final long START_NS = Long.MAX_VALUE - Nanos.SECOND;
  private static final int FILES = 5000;

  private final PeerNetworks networks = new PeerNetworks(1, List.of());
  private final Admission admission = new Admission(ServerLimits.DEFAULT, networks);
  private final InetAddress stranger = address(1);
  private final InetAddress honest = address(2);
  private PublicationPace pace = new PublicationPace(true, admission, networks);
  private int published;

  PublicationPaceTest() throws UnknownHostException, StorageException {
    admission.enter(stranger);
    pace.at(START_NS);
  }

  private static InetAddress address(int host) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
  }

  private void publish(int files) {
    for (int i = 0; i < files; i++) {
      pace.publish(stranger, () -> published++);
    }
  }

  /** Lets time pass; returns when it is. */
  private long pass(long fromNs, long durationNs) {
    long untilNs = fromNs + durationNs;
    while (Nanos.isDue(pace.nextTimeout(), untilNs)) {
      pace.onTimeout(pace.nextTimeout());
    }
    return untilNs;
  }

  @Test
  void shouldNotHoldBackWhoIsAlone() {
    publish(FILES);
    assertThat(published).isEqualTo(FILES);
    assertThat(pace.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  @Test
  void shouldHoldBackWhoCompletesManyFilesBesideOthers() throws StorageException {
    admission.enter(honest);
    publish(FILES);
    assertThat(published).isEqualTo(PublicationPace.BURST);
    long nowNs = pass(START_NS, 2 * Nanos.SECOND);
    assertThat(published)
        .isBetween(
            PublicationPace.BURST + 2 * PublicationPace.PER_SECOND - 5,
            PublicationPace.BURST + 2 * PublicationPace.PER_SECOND);

    boolean[] isPublished = {false};
    pace.publish(honest, () -> isPublished[0] = true);
    assertThat(isPublished[0]).as("others do not wait").isTrue();

    admission.leave(honest);
    pass(nowNs, PublicationPace.OTHERS_NS + 2 * PublicationPace.LOOK_NS);
    assertThat(published).isEqualTo(FILES);
    assertThat(pace.nextTimeout()).isEqualTo(Nanos.NEVER);
  }

  /** Else there would be a burst for each transfer of others. */
  @Test
  void shouldCountWhatIsPublishedAlone() throws StorageException {
    publish(FILES);
    admission.enter(honest);
    publish(FILES);
    assertThat(published).isEqualTo(FILES);
  }

  @Test
  void shouldNotHoldBackWhoHasShownTheSecret() throws StorageException {
    pace = new PublicationPace(false, admission, networks);
    admission.enter(honest);
    publish(FILES);
    assertThat(published).isEqualTo(FILES);
  }

  @Test
  void shouldPublishWhatIsCompleteWhenTheServerEnds() throws StorageException {
    admission.enter(honest);
    publish(FILES);
    pace.stop();
    assertThat(published).isEqualTo(FILES);
  }
}
