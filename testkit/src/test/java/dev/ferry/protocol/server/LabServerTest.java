package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.lab.ReceiverConfig;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.SimLabStore;
import dev.ferry.testkit.sim.Simulation;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers to whom, and what it keeps of it. */
class LabServerTest {
  private static final InetSocketAddress ALICE = Simulation.address(2, 40_000);
  private static final InetSocketAddress BOB = Simulation.address(3, 40_000);
  private static final String OWN_START = "s | 0 | name | 00000000000000000003";

  private final ServerSim server = new ServerSim(0);

  @Test
  void shouldTakeAFileInTheCanonicalDialect() {
    assertThat(server.ask(ALICE, "s | 0 | name | 6")).containsExactly("a | 1 | 1472");
    assertThat(server.ask(ALICE, "d | 1 | abc")).containsExactly("a | 2");
    assertThat(server.ask(ALICE, "d | 2 |  | ")).as("not yet published").isEmpty();
    assertThat(server.store.publications()).isZero();

    assertThat(server.listen(ALICE, Nanos.SECOND)).containsExactly("a | 3");
    assertThat(server.store.published("name")).isEqualTo("abc | ".getBytes(ISO_8859_1));
    assertThat(server.events)
        .extracting(event -> event.event().getClass().getSimpleName())
        .containsExactly("Started", "Finished");
    server.shouldForgetEverything();
  }

  @Test
  void shouldAnswerEachSessionInItsOwnDialect() {
    assertThat(server.ask(ALICE, "s|0|a.txt|00000000000000000002"))
        .containsExactly("a|1|0000001472");
    assertThat(server.ask(BOB, "s | 39 | b.txt | 2")).containsExactly("a | 40 | 1472");
    assertThat(server.ask(ALICE, "d|1|a")).containsExactly("a|2");
    assertThat(server.ask(BOB, "d | 40 | b")).containsExactly("a | 41");
    assertThat(server.ask(ALICE, "d | 2 | a")).as("the other dialect").isEmpty();
    assertThat(server.ask(BOB, "d|41|b")).as("the other dialect").isEmpty();
  }

  @Test
  void shouldKeepAnOfferWhileTheAnswerToARepeatedStartWaits() {
    server.ask(ALICE, OWN_START);
    LabOffer offer = server.engine.labOffer(ALICE);
    assertThat(offer).isNotEqualTo(LabOffer.NONE);

    // The hello that the answer led to may be read before the repeated start is answered.
    ByteBuffer again = ByteBuffer.wrap(OWN_START.getBytes(ISO_8859_1));
    server.engine.handle(again, ALICE, server.simulation.nowNs());
    assertThat(server.engine.labOffer(ALICE)).isEqualTo(offer);

    ByteBuffer other = ByteBuffer.wrap("s | 1 | name | 00000000000000000003".getBytes(ISO_8859_1));
    server.engine.handle(other, ALICE, server.simulation.nowNs());
    assertThat(server.engine.labOffer(ALICE)).isEqualTo(LabOffer.NONE);
  }

  @Test
  void shouldNotMixWhatComesFromDifferentAddresses() {
    server.ask(ALICE, "s | 0 | name | 3");
    assertThat(server.ask(BOB, "d | 1 | xyz")).isEmpty();
    assertThat(server.ask(new InetSocketAddress(ALICE.getAddress(), 40_001), "d | 1 | xyz"))
        .isEmpty();
    server.ask(ALICE, "d | 1 | abc");
    server.simulation.runFor(Nanos.SECOND);

    assertThat(server.store.published("name")).isEqualTo("abc".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a | 1",
        "a | 1 | 1472",
        "a|1|0000001472",
        "r | 0 | 1",
        "r|1|9",
        "n|1",
        "hello",
        "s | 0 | name",
        "s | 0 |  | 3",
        "s | -1 | name | 3",
        "s | 0 | name | 3 | extra",
        "s | 0 | name | 3\n",
        "s | 0 | name | 3 ",
        "s | 0 | name | 9223372036854775808",
        "s | x | name | 3",
        "S | 0 | name | 3",
        "d | 1 | abc",
        "d | 1",
        "d | -1 | abc",
        "d|0|",
        "s | 0 | \u00ff\u00fe | 3",
        "\u0080\u0001\u0002",
        "\0\0\0\0"
      })
  void shouldNotAnswerWhatIsNoStart(String datagram) {
    assertThat(server.ask(ALICE, datagram)).isEmpty();
    assertThat(server.engine.peerCount()).isZero();
    assertThat(server.listen(ALICE, 300 * Nanos.SECOND)).isEmpty();
  }

  @Test
  void shouldNotAnswerGarbageWithinASession() {
    SplittableRandom random = new SplittableRandom(1);
    server.ask(ALICE, "s | 0 | name | 3000");
    server.ask(ALICE, "d | 1 | abc");
    for (int i = 0; i < 10_000; i++) {
      byte[] garbage = new byte[random.nextInt(60)];
      random.nextBytes(garbage);
      if (garbage.length > 0 && (garbage[0] == 'd' || garbage[0] == 's')) {
        garbage[0] = 'a';
      }
      assertThat(server.ask(ALICE, garbage)).as("datagram %d", i).isEmpty();
    }
    assertThat(server.ask(ALICE, "d | 2 | def")).containsExactly("a | 3");
  }

  @Test
  void shouldFallSilentWhenAimedAtAnotherServer() {
    InetSocketAddress other = BOB;
    Host otherHost = server.simulation.addHost(other);
    SimLabStore otherStore = new SimLabStore(otherHost, 0);
    otherHost.run(new LabServer(otherStore, ReceiverConfig.DEFAULT, ServerLimits.DEFAULT));
    server.simulation.impair("delay=1ms");
    List<String> sent = new ArrayList<>();
    server.simulation.tap(
        new Tap() {
          @Override
          public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
            sent.add(new String(datagram, ISO_8859_1));
          }
        });

    server.simulation.inject(other, server.host, OWN_START.getBytes(ISO_8859_1));
    server.simulation.inject(other, server.host, "d | 1 | abc".getBytes(ISO_8859_1));
    server.simulation.inject(other, server.host, "d | 1 | abcd".getBytes(ISO_8859_1));
    server.simulation.inject(ServerSim.ADDRESS, otherHost, "s | 0 | n | 3".getBytes(ISO_8859_1));
    server.simulation.inject(ServerSim.ADDRESS, otherHost, "a | 1".getBytes(ISO_8859_1));
    server.simulation.runFor(300 * Nanos.SECOND);

    assertThat(sent).hasSizeBetween(2, 5).allMatch(text -> text.startsWith("a"));
    assertThat(server.engine.peerCount()).isZero();
  }

  @Test
  void shouldTellOurOwnClientsWhatTheyDidWrong() {
    server.ask(ALICE, OWN_START);
    assertThat(server.ask(ALICE, "d | 1 | abcd")).containsExactly("r | 1 | 9");
    assertThat(server.ask(ALICE, OWN_START)).containsExactly("r | 0 | 9");

    server.ask(BOB, "s | 0 | name | 3");
    assertThat(server.ask(BOB, "d | 1 | abcd")).as("a lab client").isEmpty();
    assertThat(server.store.openParts()).isZero();
  }

  /** The clock overflows between the deadlines of these two. */
  @Test
  void shouldEndSessionsInTheOrderOfTheirDeadlinesWhenTheClockOverflows() {
    Simulation simulation = new Simulation(0, Long.MAX_VALUE - 5 * Nanos.SECOND);
    Host host = simulation.addHost(ServerSim.ADDRESS);
    SimLabStore store = new SimLabStore(host, 0);
    LabServer engine = new LabServer(store, ReceiverConfig.DEFAULT, ServerLimits.DEFAULT);
    List<ServerEvent.Lab> events = host.run(engine);

    openSession(simulation, host, ALICE);
    simulation.runFor(2500 * Nanos.MILLISECOND);
    openSession(simulation, host, BOB);
    simulation.runFor(2 * Nanos.SECOND);

    assertThat(events).extracting(ServerEvent.Lab::peer).containsExactly(ALICE, BOB, ALICE);
    assertThat(events.get(2).event()).isInstanceOf(ReceiverEvent.Failed.class);
    assertThat(store.openParts()).isEqualTo(1);
    simulation.runFor(2 * Nanos.SECOND);
    assertThat(store.openParts()).isZero();
    assertThat(engine.peerCount()).isZero();
  }

  private static void openSession(Simulation simulation, Host host, InetSocketAddress client) {
    simulation.inject(client, host, "s | 0 | name | 6".getBytes(ISO_8859_1));
    simulation.inject(client, host, "d | 1 | abc".getBytes(ISO_8859_1));
  }

  @Test
  void shouldPublishWhatIsCompleteAndDropTheRestWhenStopped() {
    server.ask(ALICE, "s | 0 | complete | 3");
    server.ask(BOB, "s | 0 | incomplete | 6");
    server.ask(BOB, "d | 1 | abc");
    server.ask(ALICE, "d | 1 | abc");

    server.host.execute(nowNs -> server.engine.stop());
    server.simulation.runFor(0);

    assertThat(server.engine.isStopped()).as("the publication is under way").isFalse();
    assertThat(server.ask(BOB, "s | 0 | late | 3")).isEmpty();
    assertThat(server.listen(ALICE, Nanos.SECOND)).containsExactly("a | 2");
    assertThat(server.engine.isStopped()).isTrue();
    assertThat(server.store.names()).containsExactly("complete");
    assertThat(server.store.openParts()).isZero();
  }

  @Test
  void shouldNotBeginATransferForAKnownClientOnceStopped() {
    server.ask(ALICE, "s | 0 | complete | 3");
    server.ask(BOB, "s | 0 | complete too | 3");
    server.ask(BOB, "d | 1 | abc");
    server.simulation.runFor(ServerSim.PUBLICATION_NS - 1);
    server.ask(ALICE, "d | 1 | abc");
    server.host.execute(nowNs -> server.engine.stop());
    server.simulation.runFor(1);
    assertThat(server.store.names()).containsExactly("complete too");

    server.ask(BOB, "s | 0 | another | 6");
    server.ask(BOB, "d | 1 | abc");
    server.simulation.runFor(ServerSim.PUBLICATION_NS);

    assertThat(server.store.names()).containsExactly("complete too", "complete");
    assertThat(server.store.openParts()).isZero();
    assertThat(server.engine.isStopped()).isTrue();
  }
}
