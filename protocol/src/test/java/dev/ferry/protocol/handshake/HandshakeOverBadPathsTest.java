package dev.ferry.protocol.handshake;

import static dev.ferry.protocol.handshake.Handshakes.CLIENT;
import static dev.ferry.protocol.handshake.Handshakes.LAB;
import static dev.ferry.protocol.handshake.Handshakes.PARAMETERS;
import static dev.ferry.protocol.handshake.Handshakes.SECRET;
import static dev.ferry.protocol.handshake.Handshakes.START_NS;
import static dev.ferry.protocol.handshake.Handshakes.address;
import static dev.ferry.protocol.handshake.Handshakes.answer;
import static dev.ferry.protocol.handshake.Handshakes.client;
import static dev.ferry.protocol.handshake.Handshakes.complete;
import static dev.ferry.protocol.handshake.Handshakes.counterpart;
import static dev.ferry.protocol.handshake.Handshakes.deliver;
import static dev.ferry.protocol.handshake.Handshakes.sent;
import static dev.ferry.protocol.handshake.Handshakes.server;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Nanos;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Both ends of the handshake over paths that lose, duplicate and reorder, in virtual time. */
class HandshakeOverBadPathsTest {
  private static final int SEEDS = 1000;
  private static final long PATIENCE_NS = 120 * Nanos.SECOND;

  private static final class Flight {
    private final long arrivalNs;
    private final boolean toServer;
    private final byte[] datagram;

    Flight(long arrivalNs, boolean toServer, byte[] datagram) {
      this.arrivalNs = arrivalNs;
      this.toServer = toServer;
      this.datagram = datagram;
    }
  }

  /** One handshake; everything about it comes from the seed. */
  private static final class Attempt {
    private final Random random;
    private final double loss;
    private final LabOffer lab;
    private final boolean forgetful;
    private final ClientHandshake client;
    private final ServerHandshakes server;
    private final PriorityQueue<Flight> flights =
        new PriorityQueue<>(Comparator.comparingLong(flight -> flight.arrivalNs - START_NS));

    /** What the server remembers of the lab session that led here. */
    private LabOffer remembered;

    private long nowNs = START_NS;
    private long bytesToServer;
    private long bytesToClient;

    Attempt(long seed) {
      random = new Random(seed);
      loss = random.nextInt(6) / 10.0;
      lab = random.nextBoolean() ? LAB : LabOffer.NONE;
      remembered = lab;
      forgetful = random.nextBoolean();
      SharedSecret secret = random.nextBoolean() ? SECRET : null;
      client = client(lab, secret, random.nextLong());
      boolean crowded = random.nextBoolean();
      server =
          server(
              new ServerHandshakeConfig(crowded ? 16 : 1024, PARAMETERS, CipherSuite.AES_128_GCM),
              secret,
              random.nextLong());
      for (int i = 0; crowded && i < 5; i++) {
        complete(
            client(LabOffer.NONE, secret, random.nextLong()),
            server,
            address(100 + i, 1),
            LabOffer.NONE);
      }
    }

    /** Returns whether the client has a session in time. */
    boolean run() {
      while (client.secrets() == null && nowNs - START_NS < PATIENCE_NS) {
        sent(client, nowNs).forEach(datagram -> send(true, datagram));
        long timeoutNs = client.nextTimeout();
        Flight next = flights.peek();
        if (next == null || timeoutNs - next.arrivalNs < 0) {
          nowNs = timeoutNs;
          client.onTimeout(nowNs);
        } else {
          nowNs = flights.remove().arrivalNs;
          arrive(next);
        }
      }
      return client.secrets() != null;
    }

    private void send(boolean toServer, byte[] datagram) {
      while (random.nextDouble() < 0.2) {
        fly(toServer, datagram);
      }
      fly(toServer, datagram);
    }

    private void fly(boolean toServer, byte[] datagram) {
      if (random.nextDouble() >= loss) {
        long delayNs = random.nextInt(1200) * Nanos.MILLISECOND;
        flights.add(new Flight(nowNs + delayNs, toServer, datagram));
      }
    }

    private void arrive(Flight flight) {
      if (!flight.toServer) {
        deliver(client, flight.datagram);
        return;
      }
      bytesToServer += flight.datagram.length;
      if (Arrays.equals(flight.datagram, lab.start().toArray())) {
        remembered = lab;
        answered(lab.acknowledgement().toArray());
        return;
      }
      if (forgetful && random.nextInt(4) == 0) {
        remembered = LabOffer.NONE;
      }
      byte[] answer = answer(server, flight.datagram, CLIENT, remembered, nowNs);
      if (answer != null) {
        answered(answer);
      }
    }

    private void answered(byte[] answer) {
      bytesToClient += answer.length;
      assertThat(bytesToClient).isLessThanOrEqualTo(3 * bytesToServer);
      send(false, answer);
    }
  }

  @Test
  void shouldConvergeWhateverHappensOnTheWay() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Attempt attempt = new Attempt(seed);
      assertThat(attempt.run()).as("seed %d", seed).isTrue();
      HalfOpen entry = counterpart(attempt.client, attempt.server);
      assertThat(entry.bytesSent())
          .as("seed %d", seed)
          .isLessThanOrEqualTo(3 * entry.bytesReceived())
          .isLessThanOrEqualTo(attempt.bytesToClient);
    }
  }
}
