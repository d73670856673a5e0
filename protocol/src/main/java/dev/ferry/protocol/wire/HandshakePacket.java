package dev.ferry.protocol.wire;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * A packet that is not protected, one to a datagram (protocol.md, section 7.2). Ids are any 32
 * bits. The constructors reject what cannot be on the wire with {@link IllegalArgumentException}.
 */
public sealed interface HandshakePacket {

  /** The version that this package speaks. */
  int VERSION = 1;

  /** Where the server's packets are to go; chosen by the client. */
  int clientId();

  /** What a client sends. */
  sealed interface ToServer extends HandshakePacket {}

  /** What a server sends. */
  sealed interface ToClient extends HandshakePacket {}

  /**
   * Begins a connection.
   *
   * @param suites the sum of the cipher suites that the client takes, at least one of {@link
   *     #AES_128_GCM} and {@link #CHACHA20_POLY1305}
   * @param hasSecret whether the handshake is the one with a secret
   * @param followsStart whether a lab start led here
   * @param token from a {@link Retry}, 0 … {@value #MAX_TOKEN_BYTES} bytes
   * @param handshake the first message of the Noise handshake, as much as fits into a datagram
   */
  record Hello(
      int suites,
      boolean hasSecret,
      boolean followsStart,
      int clientId,
      Bytes token,
      Bytes handshake)
      implements ToServer {
    /** A hello has at least so many bytes, so that it pays for the answer. */
    public static final int MIN_BYTES = HandshakeCodec.MIN_DATAGRAM_BYTES;

    /** The longest token. */
    public static final int MAX_TOKEN_BYTES = 64;

    /** A cipher suite. */
    public static final int AES_128_GCM = 1;

    /** A cipher suite. */
    public static final int CHACHA20_POLY1305 = 2;

    static final int ALL_SUITES = AES_128_GCM | CHACHA20_POLY1305;
    static final int SECRET_OPTION = 1;
    static final int START_OPTION = 2;
    static final int ALL_OPTIONS = SECRET_OPTION | START_OPTION;

    /** Type, version, suites, options, client's id, and the two lengths. */
    static final int FIXED_BYTES = 11;

    private static final int PROLOGUE_BYTES = 7;

    public Hello {
      require(suites > 0 && suites <= ALL_SUITES, "cipher suites");
      require(token.length() <= MAX_TOKEN_BYTES, "token");
      requireToFit(handshake, FIXED_BYTES + token.length());
    }

    /** The same with another token. */
    public Hello withToken(Bytes other) {
      return new Hello(suites, hasSecret, followsStart, clientId, other, handshake);
    }

    /** Whether the other is the same but for the token, which makes it the same to a server. */
    public boolean repeats(Hello other) {
      return equals(other.withToken(token));
    }

    /** What both ends have to agree on: the third item of the prologue (section 8), 7 bytes. */
    public byte[] prologue() {
      ByteBuffer bytes = ByteBuffer.allocate(PROLOGUE_BYTES);
      bytes.put((byte) VERSION).put((byte) suites).put((byte) options()).putInt(clientId);
      return bytes.array();
    }

    int options() {
      return (hasSecret ? SECRET_OPTION : 0) | (followsStart ? START_OPTION : 0);
    }
  }

  /**
   * A hello of a version that this package does not speak, to be answered by {@link Versions}.
   *
   * @param version 2 … 255
   */
  record ForeignHello(int version, int clientId) implements ToServer {
    public ForeignHello {
      require(version > VERSION && version <= 0xff, "version");
    }
  }

  /**
   * Ends the handshake.
   *
   * @param handshake the second message of the Noise handshake, as much as fits into a datagram;
   *     its payload is {@link WelcomeTerms}
   */
  record Welcome(int clientId, Bytes handshake) implements ToClient {
    /** Type, version, client's id, and the length. */
    static final int FIXED_BYTES = 8;

    public Welcome {
      requireToFit(handshake, FIXED_BYTES);
    }
  }

  /**
   * Asks for the hello again, with a token.
   *
   * @param token 1 … {@value Hello#MAX_TOKEN_BYTES} bytes
   */
  record Retry(int clientId, Bytes token) implements ToClient {
    public Retry {
      require(token.length() > 0 && token.length() <= Hello.MAX_TOKEN_BYTES, "token");
    }
  }

  /**
   * Turns a {@link ForeignHello} down.
   *
   * @param versions what the server speaks, 1 … 255 of them, each in 1 … 255
   */
  record Versions(int clientId, List<Integer> versions) implements ToClient {
    public Versions {
      versions = List.copyOf(versions);
      require(!versions.isEmpty() && versions.size() <= 0xff, "number of versions");
      require(versions.stream().allMatch(version -> version > 0 && version <= 0xff), "version");
    }
  }

  private static void requireToFit(Bytes handshake, int besides) {
    Objects.requireNonNull(handshake);
    require(handshake.length() <= Udp.MAX_PAYLOAD_BYTES - besides, "handshake message");
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("no valid " + what);
    }
  }
}
