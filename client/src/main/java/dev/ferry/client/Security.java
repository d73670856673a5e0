package dev.ferry.client;

import dev.ferry.cli.CommandException;
import dev.ferry.cli.ExitCode;
import dev.ferry.cli.KeyFile;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.handshake.LabOffer;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.wire.HandshakeCodec;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the command line says about Ferry mode: whether it must be, its secret, and its ciphers. */
final class Security {
  private final boolean ferryOnly;
  private final @Nullable SharedSecret secret;
  private final Set<CipherSuite> suites;

  private Security(boolean ferryOnly, @Nullable SharedSecret secret, Set<CipherSuite> suites) {
    this.ferryOnly = ferryOnly;
    this.secret = secret;
    this.suites = suites;
  }

  /**
   * Reads the key file.
   *
   * @param needsFerry whether what is wanted exists in Ferry mode only
   */
  static Security of(ClientArguments arguments, boolean needsFerry) throws CommandException {
    boolean ferryOnly =
        needsFerry
            || arguments.ferry
            || arguments.keyFile != null
            || arguments.transport == ClientArguments.Transport.TCP;
    if (arguments.lab && ferryOnly) {
      throw new CommandException(
          ExitCode.USAGE,
          "--lab excludes get, --ferry, --key-file and --transport tcp: the lab's protocol has none of"
              + " it");
    }
    SharedSecret secret = arguments.keyFile == null ? null : KeyFile.read(arguments.keyFile);
    Set<CipherSuite> suites =
        switch (arguments.cipher) {
          case AUTO -> EnumSet.allOf(CipherSuite.class);
          case AES -> EnumSet.of(CipherSuite.AES_128_GCM);
          case CHACHA20 -> EnumSet.of(CipherSuite.CHACHA20_POLY1305);
        };
    return new Security(ferryOnly, secret, suites);
  }

  /** Whether the lab's protocol must not be spoken. */
  boolean isFerryOnly() {
    return ferryOnly;
  }

  ClientConfig config(Attempt attempt) {
    ClientConfig config =
        ClientConfig.of(
                attempt.server(),
                Math.max(HandshakeCodec.MIN_DATAGRAM_BYTES, attempt.datagramBytes()))
            .withSecret(secret)
            .withSuites(suites)
            .withStartPatienceNs(startPolicy(attempt).patienceNs());
    return attempt.stream() ? config.overStream() : config;
  }

  /** How long to wait for the first answer. */
  static RetransmissionPolicy startPolicy(Attempt attempt) {
    return attempt.patient() ? RetransmissionPolicy.START : RetransmissionPolicy.LAB;
  }

  /** A handshake that no connection is to follow. */
  ClientHandshake handshake() {
    return new ClientHandshake(LabOffer.NONE, secret, suites, new SecureRandom());
  }
}
