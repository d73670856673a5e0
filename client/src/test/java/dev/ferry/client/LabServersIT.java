package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.client.Contents.Content;
import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.testkit.labpeers.FaultyReferenceServer;
import dev.ferry.testkit.labpeers.PeerEvent;
import dev.ferry.testkit.labpeers.ScriptedServer;
import dev.ferry.testkit.labpeers.ServerManner;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.SlowClock;
import dev.ferry.testkit.process.SocketHost;
import dev.ferry.testkit.process.TestUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client against servers as they are met in the lab, over real sockets. */
@Execution(ExecutionMode.CONCURRENT)
class LabServersIT {
  private static final String NAME = "for you.bin";
  private static final int DATAGRAM_BYTES = 1472;
  private static final NanoClock PATIENT = SlowClock.slowerBy(20);
  private static final int TRIES = 3;

  @TempDir Path directory;

  private static String operand(SocketHost<PeerEvent> host) {
    return "127.0.0.1:" + host.address().getPort();
  }

  private static String dialect(ServerManner manner) {
    return manner.dialect().name().toLowerCase(Locale.ROOT);
  }

  private static void shouldHaveStored(
      SocketHost<PeerEvent> host, ScriptedServer server, String name, Content content)
      throws IOException {
    assertThat(host.awaitEvent()).isEqualTo(new PeerEvent.Done(name));
    host.stop();
    assertThat(host.pollEvent()).as("nothing else happened").isNull();
    assertThat(TestFiles.sha256(server.file(name))).isEqualTo(TestFiles.sha256(content.bytes()));
  }

  static Stream<Arguments> mannersAndFewContents() {
    return Contents.with(ServerManner.values(), Contents.few());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("mannersAndFewContents")
  void shouldSendByTheProgram(ServerManner manner, Content content) throws IOException {
    Path file = Files.write(directory.resolve("file"), content.bytes());
    for (int tries = 1; ; tries++) {
      ScriptedServer server = manner.create();
      try (SocketHost<PeerEvent> host = SocketHost.run(server)) {
        JarProcess.Result result =
            JarProcess.client()
                .run(operand(host), file.toString(), NAME, "--dialect", dialect(manner));

        host.stop();
        if (server.duplicates() > 0 && tries < TRIES) {
          continue; // This machine was busy for half a second, which no server was to see.
        }
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
            .singleElement()
            .asString()
            .startsWith("sent '" + NAME + "': ")
            .endsWith(", unencrypted");
        assertThat(server.duplicates()).isZero();
        shouldHaveStored(host, server, manner.storedName(NAME), content);
        return;
      }
    }
  }

  static Stream<Arguments> mannersAndContents() {
    return Contents.with(ServerManner.values(), Contents.all());
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("mannersAndContents")
  void shouldSendEverySize(ServerManner manner, Content content) throws IOException {
    ScriptedServer server = manner.create();
    try (SocketHost<PeerEvent> host = SocketHost.run(server)) {
      SenderEvent end =
          TestUpload.run(
              host.address(), manner.dialect(), NAME, content.bytes(), DATAGRAM_BYTES, PATIENT);

      assertThat(end).isInstanceOf(SenderEvent.Completed.class);
      shouldHaveStored(host, server, manner.storedName(NAME), content);
    }
  }

  /** One of each numbering: counting, echoed and alternating. */
  @ParameterizedTest
  @EnumSource(names = {"REFERENCE", "ECHO", "COMPACT_ALTERNATING"})
  void shouldSendALargeFile(ServerManner manner) throws IOException {
    Content content = Contents.random(50_000_000);
    ScriptedServer server = manner.create();
    try (SocketHost<PeerEvent> host = SocketHost.run(server)) {
      SenderEvent end =
          TestUpload.run(host.address(), manner.dialect(), NAME, content.bytes(), 65_507, PATIENT);

      assertThat(end).isInstanceOf(SenderEvent.Completed.class);
      shouldHaveStored(host, server, manner.storedName(NAME), content);
    }
  }

  @Test
  void shouldFillTheBufferOfTheServerIfAskedTo() throws IOException {
    Path file = TestFiles.create(directory.resolve("file"), 200_000);
    try (SocketHost<PeerEvent> host = SocketHost.run(ServerManner.BUFFER_OF_65507.create())) {
      Map<String, String> last =
          last(
              JarProcess.client()
                  .run(operand(host), file.toString(), "--json", "--datagram", "65507"));

      assertThat(last).containsEntry("event", "finished").containsEntry("datagramsSent", "5");
    }
  }

  @Test
  void shouldSendToAServerThatLosesAcknowledgements() throws IOException {
    Content content = Contents.random(30_000);
    Path file = Files.write(directory.resolve("file"), content.bytes());
    ScriptedServer server = new FaultyReferenceServer(losingOnlyInTheMiddle(31));
    try (SocketHost<PeerEvent> host = SocketHost.run(server)) {
      Map<String, String> last =
          last(JarProcess.client().run(operand(host), file.toString(), NAME, "--json"));

      assertThat(last).containsEntry("event", "finished");
      assertThat(Integer.parseInt(last.get("retransmissions"))).isPositive();
      shouldHaveStored(host, server, NAME, content);
    }
  }

  /** That server does not acknowledge the last chunk again, so that loss is another test's. */
  private static SplittableRandom losingOnlyInTheMiddle(int answers) {
    for (long seed = 0; ; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Integer> lost = new ArrayList<>();
      for (int i = 0; i < answers * 2; i++) {
        if (random.nextDouble() < 0.05) {
          lost.add(i);
        }
      }
      if (lost.stream().filter(i -> i < answers - 2).count() == 2
          && lost.stream().noneMatch(i -> i >= answers - 2 && i < answers + 5)) {
        return new SplittableRandom(seed);
      }
    }
  }

  private static Map<String, String> last(JarProcess.Result result) {
    assertThat(result.out()).as("%s", result.err()).isNotEmpty();
    return FlatJson.parse(result.out().get(result.out().size() - 1));
  }
}
