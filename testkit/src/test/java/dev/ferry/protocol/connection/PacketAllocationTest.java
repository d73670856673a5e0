package dev.ferry.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * In the long run neither end of a transfer allocates anything for a packet, apart from what the
 * JDK's cipher allocates for itself: some 1.2 kB each time, as it takes a new nonce only in an
 * object of parameters, and with a new state. So that is measured and subtracted.
 *
 * <p>Measured in a process of its own, whose compiler does not find out that some objects are not
 * needed: it would depend on its luck, and would hide what we should not rely on.
 */
class PacketAllocationTest {
  /** Half of the smallest object. */
  private static final double NOTHING_BYTES = 8;

  private static double transferBytes;
  private static double protectionBytes;
  private static double cipherBytes;

  @BeforeAll
  static void measure() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PacketAllocation.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as(said).isZero();
    String[] figures = said.strip().split(" ", -1);
    transferBytes = Double.parseDouble(figures[0]);
    protectionBytes = Double.parseDouble(figures[1]);
    cipherBytes = Double.parseDouble(figures[2]);
  }

  @Test
  void shouldAllocateNothingForAPacketButToProtectIt() {
    assertThat(transferBytes - protectionBytes)
        .as("bytes for each packet, of %s in all", transferBytes)
        .isLessThan(NOTHING_BYTES);
  }

  @Test
  void shouldAllocateNothingToProtectAPacketButInTheCipher() {
    assertThat(protectionBytes - cipherBytes)
        .as("bytes for each packet, of %s in all", protectionBytes)
        .isLessThan(NOTHING_BYTES);
  }
}
