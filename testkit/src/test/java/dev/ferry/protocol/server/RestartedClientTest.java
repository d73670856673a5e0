package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.labpeers.CompactAlternatingClient;
import dev.ferry.testkit.labpeers.PeerEvent;
import dev.ferry.testkit.labpeers.ReferenceClient;
import dev.ferry.testkit.sim.Content;
import dev.ferry.testkit.sim.Host;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lab clients that are killed and started again on the same port with other content of the same
 * length: their starts cannot be told apart, and still no file may be put together from two runs.
 */
class RestartedClientTest {
  private static final InetSocketAddress CLIENT = Simulation.address(2, 40_000);
  private static final int SIZE_BYTES = 10 * 1464;
  private static final long MS = Nanos.MILLISECOND;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNeverPutAFileTogetherFromTwoRuns(boolean alternating) {
    for (long seed = 0; seed < 300; seed++) {
      ServerSim server = new ServerSim(seed);
      SplittableRandom random = server.simulation.newRandom();
      server.simulation.impair("delay=5ms,loss=5%");
      Host client = server.simulation.addHost(CLIENT);
      List<byte[]> contents = new ArrayList<>();
      for (int run = 0; run < 6; run++) {
        byte[] content = Content.random(100 * seed + run, SIZE_BYTES);
        contents.add(content);
        List<PeerEvent> events =
            client.run(
                alternating
                    ? new CompactAlternatingClient(ServerSim.ADDRESS, "f.bin", content)
                    : new ReferenceClient(ServerSim.ADDRESS, "f.bin", content));
        server.simulation.runFor(random.nextLong(random.nextBoolean() ? 200 * MS : 5_000 * MS));
        server.simulation.check(() -> check(server, contents, events));
      }
    }
  }

  private static void check(ServerSim server, List<byte[]> contents, List<PeerEvent> events) {
    byte[] published = server.store.published("f.bin");
    byte[] sent = contents.get(contents.size() - 1);
    if (events.contains(new PeerEvent.Done("f.bin"))) {
      assertThat(published).as("the client was told that its file is stored").isEqualTo(sent);
    } else if (published != null) {
      assertThat(contents.stream()).as("one of the contents sent").contains(published);
    }
  }

  /** While the first upload is remembered, a second one begins, and goes on for longer. */
  @Test
  void shouldNotForgetAnUploadThatIsUnderWay() {
    ServerSim server = new ServerSim(0);
    server.ask(CLIENT, "s | 0 | f.bin | 2");
    server.ask(CLIENT, "d | 1 | a");
    server.ask(CLIENT, "d | 2 | b");
    server.simulation.runFor(119 * Nanos.SECOND);
    server.ask(CLIENT, "s | 0 | f.bin | 2");
    assertThat(server.ask(CLIENT, "d | 1 | c")).containsExactly("a | 2");

    server.simulation.runFor(2 * Nanos.SECOND);

    assertThat(server.ask(CLIENT, "d | 1 | c")).as("again").containsExactly("a | 2");
    server.ask(CLIENT, "d | 2 | d");
    assertThat(server.listen(CLIENT, Nanos.SECOND)).containsExactly("a | 3");
    assertThat(server.store.published("f.bin")).isEqualTo("cd".getBytes(ISO_8859_1));
    server.shouldForgetEverything();
  }
}
