package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.ProxyProcess;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transfers with the real jars through the real proxy; the name of a case is what the network does.
 */
class LossyUploadIT {
  private static final long CONTENT_SEED = 11;

  /** How often each network is tried. */
  private static final int ROUNDS = Integer.getInteger("ferry.rounds", 1);

  @TempDir Path directory;

  private Path root;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
  }

  private Path file(int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(CONTENT_SEED).nextBytes(content);
    return Files.write(directory.resolve("file"), content);
  }

  /** A network; the sizes are such that a transfer lasts for seconds at the most. */
  enum Network {
    PERFECT(100_000, ""),
    LOSS_1_PERCENT(100_000, "--loss 1%"),
    LOSS_2_PERCENT(100_000, "--loss 2%"),
    LOSS_10_PERCENT(20_000, "--loss 10%"),
    LOSS_30_PERCENT(8_000, "--loss 30%"),
    LOSS_50_PERCENT_EACH_WAY(8_000, "--loss 50%"),
    LOSS_60_PERCENT_UP(8_000, "--up-loss 60%"),
    LOSS_60_PERCENT_DOWN(8_000, "--down-loss 60%"),
    BURST_LOSS(8_000, "--loss burst:20%:5"),
    EVERY_THIRD_LOST(8_000, "--loss every:3"),
    DUPLICATES_20_PERCENT(20_000, "--duplicate 20%"),
    DUPLICATES_100_PERCENT(20_000, "--duplicate 100%"),
    LATE_DUPLICATES(20_000, "--replay 30%"),
    REORDERING(20_000, "--reorder 30%:5ms --delay 1ms"),
    DELAY_ABOVE_THE_TIMER(5_000, "--delay 300ms"),
    EVERYTHING_AND_DELAY_ABOVE_THE_TIMER(
        5_000, "--loss 30% --duplicate 20% --reorder 30%:100ms --delay 260ms"),
    BLACKHOLES_IN_THE_RHYTHM_OF_THE_TIMER(50_000, "--blackhole 200ms/300ms"),
    BOTTLENECK(50_000, "--rate 5mbit --queue 20ms"),
    MTU(20_000, "--mtu 1500"),
    WIFI(50_000, "--preset wifi"),
    LTE(20_000, "--preset lte"),
    SATELLITE(5_000, "--preset satellite"),
    TRANSATLANTIC(20_000, "--preset transatlantic"),
    INTEROP_GOODPUT(100_000, "--preset interop-goodput"),
    INTEROP_LONGRTT(5_000, "--preset interop-longrtt"),
    INTEROP_BLACKHOLE(400_000, "--preset interop-blackhole"),
    INTEROP_HANDSHAKELOSS(3_000, "--preset interop-handshakeloss"),
    INTEROP_TRANSFERLOSS(100_000, "--preset interop-transferloss"),
    INTEROP_AMPLIFICATIONLIMIT(20_000, "--preset interop-goodput --up-loss list:2+3+4+5+6+7");

    final int fileBytes;
    private final String options;

    Network(int fileBytes, String options) {
      this.fileBytes = fileBytes;
      this.options = options;
    }
  }

  /** A network that damages what it carries; the lab's protocol cannot tell. */
  enum CorruptingNetwork {
    CORRUPT_2_PERCENT(400_000, "--corrupt 2%"),
    CORRUPT_30_PERCENT(40_000, "--corrupt 30%"),
    TRUNCATE_2_PERCENT(400_000, "--truncate 2%"),
    TRUNCATE_30_PERCENT(40_000, "--truncate 30%"),
    CORRUPT_AND_TRUNCATE_AND_LOSE(
        40_000, "--corrupt 10% --truncate 10% --loss 10% --duplicate 10%"),
    INTEROP_HANDSHAKECORRUPTION(10_000, "--preset interop-handshakecorruption"),
    INTEROP_TRANSFERCORRUPTION(200_000, "--preset interop-transfercorruption");

    private final int fileBytes;
    private final String options;

    CorruptingNetwork(int fileBytes, String options) {
      this.fileBytes = fileBytes;
      this.options = options;
    }
  }

  private static String[] words(String options) {
    return options.isEmpty() ? new String[0] : options.split(" ", -1);
  }

  /** How our ends speak with each other. */
  enum Manner {
    SPACED("--lab --dialect spaced"),
    COMPACT("--lab --dialect compact"),
    FERRY("");

    private final String options;

    Manner(String options) {
      this.options = options;
    }
  }

  private static <T> Stream<T> everyRound(Supplier<Stream<T>> round) {
    return IntStream.range(0, ROUNDS).boxed().flatMap(number -> round.get());
  }

  static Stream<Arguments> networks() {
    return everyRound(
        () ->
            Stream.of(Network.values())
                .flatMap(
                    network ->
                        Stream.of(Manner.values()).map(manner -> Arguments.of(network, manner))));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("networks")
  void shouldArriveWholeWhatever(Network network, Manner manner) throws IOException {
    Path file = file(network.fileBytes);
    try (ServerProcess server = ServerProcess.launcher(root).start("--json");
        ProxyProcess proxy = ProxyProcess.start(server, words(network.options))) {
      shouldPut(file, server, proxy, words(manner.options));
      boolean ferry = server.out().lines().stream().anyMatch(l -> l.contains("\"ferry\""));
      assertThat(ferry).as("the mode").isEqualTo(manner == Manner.FERRY);
    }
  }

  private void shouldPut(Path file, ServerProcess server, ProxyProcess proxy, String... options)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of(proxy.address(), file.toString(), "dest", "--json"));
    Collections.addAll(arguments, options);
    Result result = JarProcess.client().run(arguments.toArray(String[]::new));

    assertThat(result.exitCode()).as("%s: %s", proxy, result).isZero();
    assertThat(root.resolve("dest")).as("%s", proxy).hasSameBinaryContentAs(file);
    server.out().await("\"event\":\"finished\"");
  }

  static Stream<CorruptingNetwork> corruptingNetworks() {
    return everyRound(() -> Stream.of(CorruptingNetwork.values()));
  }

  /**
   * From the hello on, because before it there is the lab's start: where its offer becomes
   * illegible there is no Ferry mode.
   */
  @ParameterizedTest
  @MethodSource("corruptingNetworks")
  void shouldArriveUndamagedWhatever(CorruptingNetwork network) throws IOException {
    Path file = file(network.fileBytes);
    try (ServerProcess server = ServerProcess.launcher(root).start("--json");
        ProxyProcess proxy = ProxyProcess.start(server, words(network.options))) {
      shouldPut(file, server, proxy, "--ferry");
      shouldGet(proxy);
    }
  }

  static Stream<Network> someNetworks() {
    return everyRound(
        () ->
            Stream.of(
                Network.PERFECT,
                Network.LOSS_50_PERCENT_EACH_WAY,
                Network.DUPLICATES_100_PERCENT,
                Network.EVERYTHING_AND_DELAY_ABOVE_THE_TIMER,
                Network.INTEROP_BLACKHOLE,
                Network.INTEROP_HANDSHAKELOSS,
                Network.INTEROP_AMPLIFICATIONLIMIT));
  }

  @ParameterizedTest
  @MethodSource("someNetworks")
  void shouldBeFetchedWholeWhatever(Network network) throws IOException {
    Files.copy(file(network.fileBytes), root.resolve("dest"));
    try (ServerProcess server = ServerProcess.launcher(root).start();
        ProxyProcess proxy = ProxyProcess.start(server, words(network.options))) {
      shouldGet(proxy);
    }
  }

  private void shouldGet(ProxyProcess proxy) throws IOException {
    Path local = directory.resolve("fetched");
    Result result = JarProcess.client().run("get", proxy.address(), "dest", local.toString());

    assertThat(result.exitCode()).as("%s: %s", proxy, result).isZero();
    assertThat(local).as("%s", proxy).hasSameBinaryContentAs(root.resolve("dest"));
  }

  @Test
  void shouldSayWhatBecameOfTheDatagramsWhenItIsStopped() throws IOException {
    Path file = file(20_000);
    try (ServerProcess server = ServerProcess.launcher(root).start();
        ProxyProcess proxy = ProxyProcess.start(server, "--up-loss", "list:2+5", "--seed", "3")) {
      Result sent = JarProcess.client().run(proxy.address(), file.toString(), "d", "--lab");
      assertThat(sent.exitCode()).isZero();
      Result result = proxy.stop();

      assertThat(result.exitCode()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).anyMatch(line -> line.matches("up .* lost 2, .*"));
      assertThat(result.out()).anyMatch(line -> line.matches("down .* lost 0, .*"));
    }
  }

  @Test
  void shouldSayWhatIsWrongWithTheCommandLine() throws IOException {
    assertThat(JarProcess.lossyProxy().run("0").exitCode()).isEqualTo(64);
    Result wrong = JarProcess.lossyProxy().run("0", "localhost:9", "--loss", "150%");
    assertThat(wrong.exitCode()).isEqualTo(64);
    assertThat(wrong.err().get(0)).contains("loss", "150%");
    assertThat(JarProcess.lossyProxy().run("0", "no.such.host.invalid:9").exitCode()).isEqualTo(68);
    assertThat(JarProcess.lossyProxy().run("--help").out()).anyMatch(l -> l.contains("--up"));
  }
}
