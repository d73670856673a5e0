package dev.ferry.protocol.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.testkit.sim.Content;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that do not serve everybody. */
class FerryOptionsTest {
  private static final SharedSecret SECRET = SharedSecret.copyOf(Content.random(1, 32));
  private static final SharedSecret ANOTHER = SharedSecret.copyOf(Content.random(2, 32));
  private static final byte[] CONTENT = Content.random(3, 30_000);

  private final FerrySim.Options options = new FerrySim.Options();

  private static FerryCommand run(FerrySim sim, Manner manner, SharedSecret secret) {
    sim.simulation.impair("delay=10ms");
    FerryCommand command = sim.command(manner, "a file", CONTENT).withSecret(secret);
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 200 * Nanos.SECOND);
    return command;
  }

  private static void shouldHaveMetWithSilence(FerrySim sim, FerryCommand command) {
    sim.simulation.check(
        () -> {
          assertThat(command.failure()).isEqualTo(new TransferFailure.NoAnswer());
          assertThat(sim.host.sent()).isZero();
        });
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldServeWhoHasTheSecret(Manner manner) {
    options.secret = SECRET;
    FerrySim sim = new FerrySim(1, options);
    sim.shouldHaveSucceeded(run(sim, manner, SECRET));
    sim.shouldForgetEverything();
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldNotAnswerWhoHasAnother(Manner manner) {
    options.secret = SECRET;
    FerrySim sim = new FerrySim(1, options);
    shouldHaveMetWithSilence(sim, run(sim, manner, ANOTHER));
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldNotAnswerWhoHasNone(Manner manner) {
    options.secret = SECRET;
    FerrySim sim = new FerrySim(1, options);
    shouldHaveMetWithSilence(sim, run(sim, manner, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldNotAnswerASecretWithoutHavingOne(Manner manner) {
    FerrySim sim = new FerrySim(1, options);
    shouldHaveMetWithSilence(sim, run(sim, manner, SECRET));
  }

  @Test
  void shouldNotAnswerTheLabIfItIsToldSo() {
    options.servesLab = false;
    FerrySim sim = new FerrySim(1, options);
    shouldHaveMetWithSilence(sim, run(sim, Manner.PUT_VIA_LAB, null));
  }

  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldServeFerryClientsWithoutTheLab(Manner manner) {
    options.servesLab = false;
    FerrySim sim = new FerrySim(1, options);
    sim.shouldHaveSucceeded(run(sim, manner, null));
  }

  @Test
  void shouldHandOutNothingIfItIsToldSo() {
    options.handsOut = false;
    FerrySim sim = new FerrySim(1, options);
    FerryCommand command = run(sim, Manner.GET, null);
    assertThat(command.failure())
        .isEqualTo(
            new TransferFailure.Refused(
                RefusalReason.NOT_PERMITTED, "this server hands out no files"));
    sim.shouldForgetEverything();
  }

  /** Somebody on the way narrows the offer: there is no handshake, and nothing else either. */
  @ParameterizedTest
  @EnumSource(names = {"PUT", "GET"})
  void shouldNoticeThatTheHelloWasChanged(Manner manner) {
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    FerryCommand command = sim.command(manner, "a file", CONTENT);
    command.tampering = FerryOptionsTest::narrowSuites;
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 200 * Nanos.SECOND);
    sim.simulation.check(
        () -> {
          assertThat(command.failure()).isEqualTo(new TransferFailure.NotAuthentic());
          assertThat(sim.publications(command)).isZero();
        });
    sim.shouldForgetEverything();
  }

  /** Who strips the offer from the start makes both ends speak the lab's protocol, and no worse. */
  @Test
  void shouldSpeakTheLabsProtocolIfTheOfferIsStripped() {
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms");
    FerryCommand command = sim.command(Manner.PUT_VIA_LAB, "a file", CONTENT);
    command.tampering = FerryOptionsTest::stripOffer;
    command.run(sim.simulation.nowNs());
    sim.runUntilOver(command, 200 * Nanos.SECOND);
    sim.shouldHaveSucceeded(command);
    sim.simulation.check(
        () -> {
          assertThat(command.engine.isInFerryMode()).isFalse();
          assertThat(sim.labStore.publications()).isEqualTo(1);
          assertThat(sim.parts.publications()).isZero();
        });
    sim.shouldForgetEverything();
  }

  /** The zeros before the size are the offer. */
  private static byte[] stripOffer(byte[] datagram) {
    return new String(datagram, ISO_8859_1)
        .replaceFirst("^(s .* )0+([0-9]+)$", "$1$2")
        .getBytes(ISO_8859_1);
  }

  /** Leaves ChaCha20-Poly1305 of the cipher suites of a hello. */
  private static byte[] narrowSuites(byte[] hello) {
    hello[2] = 2;
    return hello;
  }

  @Test
  void shouldTurnDownWhoComesWhenItIsFull() {
    options.limits = new ServerLimits(2, 2, 100, 100);
    FerrySim sim = new FerrySim(1, options);
    sim.simulation.impair("delay=10ms,rate=1mbit,queue=200ms");
    FerryCommand[] commands = new FerryCommand[5];
    for (int i = 0; i < commands.length; i++) {
      commands[i] = sim.start(i % 2 == 0 ? Manner.PUT : Manner.GET, "file " + i, CONTENT);
    }
    int completed = 0;
    for (FerryCommand command : commands) {
      sim.runUntilOver(command, 200 * Nanos.SECOND);
      completed += command.isCompleted() ? 1 : 0;
      if (command.failure() instanceof TransferFailure.Refused refused) {
        assertThat(refused.reason()).isEqualTo(RefusalReason.BUSY);
        assertThat(refused.text()).isEqualTo("too many transfers at the moment");
        assertThat(refused.retryAfterSeconds()).isPositive();
      } else {
        assertThat(command.failure()).isIn(null, new TransferFailure.LostContact());
      }
    }
    assertThat(completed).isGreaterThanOrEqualTo(2);
    sim.shouldForgetEverything();
    sim.shouldHaveSucceeded(run(sim, Manner.PUT, null));
  }
}
