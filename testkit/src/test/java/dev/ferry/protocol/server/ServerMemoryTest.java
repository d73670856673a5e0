package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ServerMemory}: the limits of a server, and the heap that they need. */
class ServerMemoryTest {
  private static final long MIB = 1 << 20;

  @Test
  void shouldHaveTheDefaultsWhereTheHeapIsLarge() {
    ServerMemory memory = ServerMemory.ofHeap(1024 * MIB);
    assertThat(memory.limits()).isEqualTo(ServerLimits.DEFAULT);
    assertThat(memory.halfOpen()).isEqualTo(FerryModeConfig.HALF_OPEN);
    assertThat(memory.connections()).isEqualTo(2 * ServerLimits.DEFAULT.sessions());
    assertThat(memory.fits()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {40, 48, 62, 64, 100, 128, 256, 400, 512, 4096})
  void shouldFitWhateverTheHeap(long mebibytes) {
    ServerMemory memory = ServerMemory.ofHeap(mebibytes * MIB);
    assertThat(memory.fits()).as(memory.account()).isTrue();
    assertThat(memory.limits().sessionsPerAddress()).isPositive();
  }

  /** As many starts without content, and clients of one address, as other tests have. */
  @Test
  void shouldServeHundredsWithLittleMemory() {
    ServerMemory memory = ServerMemory.ofHeap(64 * MIB);
    assertThat(memory.limits().halfOpen()).isGreaterThan(10_000);
    assertThat(memory.limits().sessionsPerAddress()).isGreaterThanOrEqualTo(200);
    assertThat(memory.streams() / 4 * 3).isGreaterThanOrEqualTo(100);
  }

  @Test
  void shouldNotFitWhereMoreIsAskedFor() {
    int fitting = ServerMemory.ofHeap(64 * MIB).limits().sessions();
    assertThat(ServerMemory.ofHeap(64 * MIB, fitting, 1).fits()).isTrue();
    ServerMemory more = ServerMemory.ofHeap(64 * MIB, 2 * fitting, 1);
    assertThat(more.fits()).isFalse();
    assertThat(more.account()).contains("a heap of 64 MiB has 53");
    assertThat(ServerMemory.ofHeap(8 * MIB).fits()).isFalse();
    assertThat(ServerMemory.ofHeap(64 * MIB, Integer.MAX_VALUE, 1).fits()).isFalse();
  }

  private static Path ownClasses() throws URISyntaxException {
    return Path.of(AllLimits.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** All of it at the same time, in a process that has no more. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseG1GC", "-XX:+UseSerialGC"})
  void shouldHoldAllThatPeersCanCauseAtOnceIn64MiB(String collector)
      throws IOException, InterruptedException, URISyntaxException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xmx64m",
                    collector,
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    ownClasses() + File.pathSeparator + System.getProperty("java.class.path"),
                    AllLimits.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).endsWith("done\n");
  }
}
