package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link HostProbe}: the tables of Linux. */
class HostProbeTest {
  private static final List<String> TABLE =
      List.of(
          "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
              + "  timeout inode ref pointer drops",
          "  312: 0100007F:300C 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000"
              + "        0 1234 2 0000000000000000 0",
          "  313: 0100007F:D431 0100007F:300C 01 00000000:00000000 00:00000000 00000000  1000"
              + "        0 1235 2 0000000000000000 4711             ");

  @Test
  void shouldFindTheDropsOfASocket() {
    assertThat(HostProbe.drops(TABLE, 0xd431)).isEqualTo(4711);
    assertThat(HostProbe.drops(TABLE, 12300)).isZero();
    assertThat(HostProbe.drops(TABLE, 12301)).isEqualTo(-1);
    assertThat(HostProbe.drops(List.of("", "garbage"), 12301)).isEqualTo(-1);
  }

  @Test
  void shouldReadTheTimeOfAThread() {
    assertThat(HostProbe.firstNumber("123456789012 5 7\n")).isEqualTo(123_456_789_012L);
    assertThat(HostProbe.firstNumber("")).isEqualTo(-1);
  }

  @Test
  void shouldSayAShareOrNothing() {
    HostProbe probe = new HostProbe(0, 0);
    double share = probe.facts(3600 * Nanos.SECOND).cpuShare();
    assertThat(share).isBetween(-1.0, 1.0);
    assertThat(probe.facts(3600 * Nanos.SECOND).droppedDatagrams()).isEqualTo(-1);
  }
}
