package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Datagrams that the network delivers again when the file has long been published. */
class LateDuplicatesTest {
  private static final InetSocketAddress CLIENT = Simulation.address(2, 40_000);
  private static final String CONTENT = new String(Content.random(1, 50), ISO_8859_1);
  private static final int CHUNK_BYTES = 10;

  /** The clients, by their messages. */
  enum Kind {
    OWN_SPACED,
    OWN_COMPACT,
    LAB_SPACED,
    LAB_COUNTING,
    LAB_ALTERNATING;

    List<String> session(String content) {
      String bar = this == OWN_SPACED || this == LAB_SPACED ? " | " : "|";
      boolean own = this == OWN_SPACED || this == OWN_COMPACT;
      List<String> messages = new ArrayList<>();
      String size = String.format(Locale.ROOT, own ? "%020d" : "%d", content.length());
      messages.add(String.join(bar, "s", "0", this == LAB_COUNTING ? "bin" : "f.bin", size));
      for (int i = 0; i * CHUNK_BYTES < content.length(); i++) {
        int number = this == LAB_ALTERNATING ? (i + 1) % 2 : i + 1;
        int end = Math.min(content.length(), (i + 1) * CHUNK_BYTES);
        messages.add(
            String.join(
                bar, "d", Integer.toString(number), content.substring(i * CHUNK_BYTES, end)));
      }
      return messages;
    }

    String storedName() {
      return this == LAB_COUNTING ? "invented-1.bin" : "f.bin";
    }
  }

  /** A server that has published the content once. */
  private static ServerSim finished(Kind kind, long seed) {
    ServerSim server = new ServerSim(seed);
    for (String message : kind.session(CONTENT)) {
      server.ask(CLIENT, message);
    }
    server.simulation.runFor(Nanos.SECOND);
    shouldHavePublished(server, 1);
    return server;
  }

  private static void shouldHavePublished(ServerSim server, int times) {
    assertThat(server.store.publications()).isEqualTo(times);
    for (String name : server.store.names()) {
      assertThat(server.store.published(name)).isEqualTo(CONTENT.getBytes(ISO_8859_1));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAcknowledgeEveryMessageAgain(Kind kind) {
    List<String> session = kind.session(CONTENT);
    for (int i = 0; i < session.size(); i++) {
      ServerSim server = finished(kind, i);
      // After an odd number of chunks an alternating 0 may as well be the next: never stored.
      boolean mayBeNew = kind == Kind.LAB_ALTERNATING && session.get(i).startsWith("d|0");
      assertThat(server.ask(CLIENT, session.get(i))).as(session.get(i)).hasSize(mayBeNew ? 0 : 1);
      assertThat(server.store.openParts()).isZero();
      server.shouldForgetEverything();
      shouldHavePublished(server, 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldPublishAgainOnlyIfEverythingArrivesAgain(Kind kind) {
    List<String> session = kind.session(CONTENT);
    for (int length = 1; length <= session.size(); length++) {
      ServerSim server = finished(kind, length);
      session.subList(0, length).forEach(message -> server.ask(CLIENT, message));
      server.simulation.runFor(Nanos.SECOND);
      shouldHavePublished(server, length == session.size() ? 2 : 1);
      server.shouldForgetEverything();
      shouldHavePublished(server, length == session.size() ? 2 : 1);
    }
  }

  /** In any order and any number; what is published must stay right. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LAB_ALTERNATING")
  void shouldNeverPublishAnythingElse(Kind kind) {
    List<String> session = kind.session(CONTENT);
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ServerSim server = finished(kind, seed);
      for (int i = 0; i < 30; i++) {
        String message = session.get(random.nextInt(session.size()));
        assertThat(server.ask(CLIENT, message).size()).as("seed %d", seed).isLessThanOrEqualTo(1);
        server.simulation.runFor(random.nextLong(50 * Nanos.MILLISECOND));
      }
      server.shouldForgetEverything();
      shouldHavePublished(server, server.store.publications());
    }
  }

  @Test
  void shouldNeverTouchAnEmptyFileAgain() {
    ServerSim server = new ServerSim(0);
    assertThat(server.ask(CLIENT, "s | 0 | empty | 0")).isEmpty();
    assertThat(server.listen(CLIENT, Nanos.SECOND)).containsExactly("a | 1 | 1472");
    for (int i = 0; i < 5; i++) {
      assertThat(server.ask(CLIENT, "s | 0 | empty | 0")).containsExactly("a | 1 | 1472");
    }
    assertThat(server.ask(CLIENT, "d | 1 | ")).containsExactly("a | 2");
    assertThat(server.store.opened()).isEqualTo(1);
    server.shouldForgetEverything();
  }
}
