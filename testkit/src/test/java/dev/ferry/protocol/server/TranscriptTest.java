package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.server.ServerSim.Upload;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.labpeers.ClientKind;
import dev.ferry.testkit.labpeers.PeerEvent;
import dev.ferry.testkit.sim.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes on the wire, and the times at which they are sent, stay what they are: a change that is
 * not meant to show there does not. After one that is meant to, the property {@value #WRITE} writes
 * the transcripts anew.
 */
class TranscriptTest {
  private static final String WRITE = "ferry.transcripts.write";
  private static final String GOLDEN = "/transcripts.txt";
  private static final String SEPARATOR = "\n\n";
  private static final String COMMAND =
      "./mvnw -pl testkit -am test -Dtest=TranscriptTest -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + "=src/test/resources"
          + GOLDEN;
  private static final String HEADING =
      "# The datagrams of some transfers in the simulator, from the client (>) and the server (<):\n"
          + "# how many they are, SHA-256 over time, direction, length and content of each, the\n"
          + "# first ones with the time since the start, and a check byte for each. Written by\n"
          + "# "
          + COMMAND;

  private static final String GOOD = "delay=10ms,rate=20mbit";
  private static final String LOSSY = GOOD + ",loss=5%";
  private static final String BAD = LOSSY + ",duplicate=5%,reorder=5%:15ms";
  private static final int BAD_SEEDS = 3;
  private static final int SIZE_BYTES = 100_000;
  private static final String NAME = "dir/f\u00fcr dich.bin";
  private static final long LONG_ENOUGH_NS = 600 * Nanos.SECOND;

  /** What was written, in this order. */
  private static final List<String> WRITTEN = new ArrayList<>(List.of(HEADING));

  /** One file from one end to the other, until both have forgotten it. */
  private interface Transfer {
    Transcript run(String path, long seed);
  }

  private static Transfer fromLabClient(ClientKind kind) {
    return (path, seed) -> {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair(path);
      Transcript transcript = Transcript.of(server.simulation, ServerSim.ADDRESS);
      byte[] content = Content.random(seed, SIZE_BYTES);
      List<PeerEvent> events =
          server
              .simulation
              .addHost(server.newAddress())
              .run(kind.create(ServerSim.ADDRESS, NAME, content, server.simulation.newRandom()));
      server.simulation.runUntil(() -> !events.isEmpty(), LONG_ENOUGH_NS);
      server.shouldForgetEverything();
      assertThat(events).hasOnlyElementsOfType(PeerEvent.Done.class);
      return transcript;
    };
  }

  private static Transfer stopAndWait(Dialect dialect) {
    return (path, seed) -> {
      ServerSim server = new ServerSim(seed);
      server.simulation.impair(path);
      Transcript transcript = Transcript.of(server.simulation, ServerSim.ADDRESS);
      Upload upload = server.upload(dialect, NAME, Content.random(seed, SIZE_BYTES));
      server.runUntilOver(upload, LONG_ENOUGH_NS);
      server.shouldHavePublishedOnce(upload);
      server.shouldForgetEverything();
      return transcript;
    };
  }

  private static Transfer inFerryMode(Manner manner) {
    return (path, seed) -> {
      FerrySim sim = new FerrySim(seed);
      sim.simulation.impair(path);
      Transcript transcript = Transcript.of(sim.simulation, FerrySim.ADDRESS);
      FerryCommand command = sim.start(manner, NAME, Content.random(seed, SIZE_BYTES));
      sim.runUntilOver(command, LONG_ENOUGH_NS);
      sim.shouldHaveSucceeded(command);
      sim.shouldForgetEverything();
      return transcript;
    };
  }

  static Stream<Arguments> transfers() {
    return Stream.of(
            // The lab's own client gives up when acknowledgements are duplicated.
            runs("lab upload, spaced", LOSSY, fromLabClient(ClientKind.REFERENCE)),
            runs("lab upload, compact", BAD, fromLabClient(ClientKind.COMPACT_COUNTING)),
            runs("stop and wait, spaced", BAD, stopAndWait(Dialect.SPACED)),
            runs("stop and wait, compact", BAD, stopAndWait(Dialect.COMPACT)),
            runs("put via lab", BAD, inFerryMode(Manner.PUT_VIA_LAB)),
            runs("put", BAD, inFerryMode(Manner.PUT)),
            runs("get", BAD, inFerryMode(Manner.GET)))
        .flatMap(arguments -> arguments);
  }

  private static Stream<Arguments> runs(String name, String badPath, Transfer transfer) {
    return Stream.concat(
        Stream.of(Arguments.of(name + ", good path, seed 1", transfer, GOOD, 1)),
        IntStream.rangeClosed(1, BAD_SEEDS)
            .mapToObj(
                seed -> Arguments.of(name + ", bad path, seed " + seed, transfer, badPath, seed)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("transfers")
  void shouldSendTheSameAsEver(String title, Transfer transfer, String path, long seed)
      throws IOException {
    String text = transfer.run(path, seed).text(title);
    if (System.getProperty(WRITE) != null) {
      WRITTEN.add(text);
      return;
    }
    String golden = golden(title);
    assertThat(text)
        .as(
            () ->
                title
                    + ": the first datagram that differs is number "
                    + Transcript.firstDifference(golden, text)
                    + ". If this is meant, write them anew: "
                    + COMMAND)
        .isEqualTo(golden);
  }

  private static String golden(String title) throws IOException {
    try (InputStream in = TranscriptTest.class.getResourceAsStream(GOLDEN)) {
      return Stream.of(new String(in.readAllBytes(), UTF_8).strip().split(SEPARATOR))
          .filter(text -> text.startsWith(title + ":"))
          .findFirst()
          .orElse("");
    }
  }

  @AfterAll
  static void write() throws IOException {
    String file = System.getProperty(WRITE);
    if (file != null) {
      Files.writeString(Path.of(file), String.join(SEPARATOR, WRITTEN) + "\n");
    }
  }
}
