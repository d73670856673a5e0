package dev.ferry.protocol.wire;

import static dev.ferry.protocol.wire.Fields.require;

import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Udp;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A packet that is not protected, one to a datagram (protocol.md, section 7.2). Each type encodes
 * and decodes itself. Ids are any 32 bits. The constructors reject values that cannot be on the
 * wire with {@link IllegalArgumentException}. Buffers must be big-endian.
 */
public sealed interface HandshakePacket {

  /** The version that this package speaks. */
  int VERSION = 2;

  /** The value in place of the version in a {@link Versions} packet. */
  int NO_VERSION = 0;

  /** The id in the server's packets, chosen by the client. */
  int clientId();

  /** The length of the datagram, in bytes. */
  int encodedBytes();

  /**
   * Writes the packet at the buffer's position, with zeros as padding. At least {@link
   * #encodedBytes} bytes must remain, and exactly as many are written.
   */
  void encode(ByteBuffer buffer);

  /** The type of a packet, which is its first byte. */
  enum Type {
    HELLO(0xc0),
    WELCOME(0xc1),
    RETRY(0xc2),
    VERSIONS(0xc3);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    static Type decode(ByteBuffer datagram) throws MalformedException {
      int code = Fields.uint8(datagram);
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      throw new MalformedException();
    }

    private ByteBuffer encode(int version, ByteBuffer buffer) {
      return buffer.put((byte) code).put((byte) version);
    }
  }

  /** A packet from a client. */
  sealed interface ToServer extends HandshakePacket {
    /** A constant for each type of packet, for switches. */
    enum RequestKind {
      HELLO,
      FOREIGN_HELLO
    }

    /** The constant of this packet's type. */
    RequestKind kind();
  }

  /** A packet from a server. */
  sealed interface ToClient extends HandshakePacket {
    /** A constant for each type of packet, for switches. */
    enum AnswerKind {
      WELCOME,
      RETRY,
      VERSIONS
    }

    /** The constant of this packet's type. */
    AnswerKind kind();
  }

  /**
   * Begins a connection.
   *
   * @param suites the sum of the cipher suites that the client accepts, at least one of {@link
   *     #AES_128_GCM} and {@link #CHACHA20_POLY1305}
   * @param hasSecret whether the handshake is the one with a secret
   * @param followsStart whether a lab start came before
   * @param token from a {@link Retry}, 0 … {@value #MAX_TOKEN_BYTES} bytes
   * @param handshake the first message of the Noise handshake, no longer than fits into a datagram
   */
  record Hello(
      int suites,
      boolean hasSecret,
      boolean followsStart,
      int clientId,
      Bytes token,
      Bytes handshake)
      implements ToServer {
    /** The smallest hello, in bytes: so a hello is never shorter than its answer. */
    public static final int MIN_BYTES = HandshakeCodec.MIN_DATAGRAM_BYTES;

    /** The longest token, in bytes. */
    public static final int MAX_TOKEN_BYTES = 64;

    /** The bit of AES-128-GCM among the suites. */
    public static final int AES_128_GCM = 1;

    /** The bit of ChaCha20-Poly1305 among the suites. */
    public static final int CHACHA20_POLY1305 = 2;

    private static final int ALL_SUITES = AES_128_GCM | CHACHA20_POLY1305;
    private static final int SECRET_OPTION = 1;
    private static final int START_OPTION = 2;
    private static final int ALL_OPTIONS = SECRET_OPTION | START_OPTION;

    /** Type, version, suites, options, client's id, and the two lengths. */
    static final int FIXED_BYTES = 11;

    private static final int PROLOGUE_BYTES = 7;

    public Hello {
      check(suites > 0 && suites <= ALL_SUITES, "cipher suites");
      check(token.length() <= MAX_TOKEN_BYTES, "token");
      requireToFit(handshake, FIXED_BYTES + token.length());
    }

    /** This hello with another token. */
    public Hello withToken(Bytes other) {
      return new Hello(suites, hasSecret, followsStart, clientId, other, handshake);
    }

    /**
     * The fields that both ends must have seen alike: the third item of the prologue (section 8), 7
     * bytes.
     */
    public byte[] prologue() {
      ByteBuffer bytes = ByteBuffer.allocate(PROLOGUE_BYTES);
      bytes.put((byte) VERSION).put((byte) suites).put((byte) options()).putInt(clientId);
      return bytes.array();
    }

    private int options() {
      return (hasSecret ? SECRET_OPTION : 0) | (followsStart ? START_OPTION : 0);
    }

    static Hello decode(ByteBuffer rest) throws MalformedException {
      int suites = Fields.uint8(rest);
      int options = Fields.uint8(rest);
      require(suites != 0 && (suites & ~ALL_SUITES) == 0);
      require((options & ~ALL_OPTIONS) == 0);
      boolean hasSecret = (options & SECRET_OPTION) != 0;
      boolean followsStart = (options & START_OPTION) != 0;
      int clientId = Fields.int32(rest);
      int tokenBytes = Fields.uint8(rest);
      require(tokenBytes <= MAX_TOKEN_BYTES);
      Bytes token = Fields.bytes(rest, tokenBytes);
      Bytes handshake = Fields.bytes(rest, Fields.uint16(rest));
      requireZeros(rest);
      return new Hello(suites, hasSecret, followsStart, clientId, token, handshake);
    }

    @Override
    public RequestKind kind() {
      return RequestKind.HELLO;
    }

    @Override
    public int encodedBytes() {
      return Math.max(MIN_BYTES, FIXED_BYTES + token.length() + handshake.length());
    }

    @Override
    public void encode(ByteBuffer buffer) {
      int end = buffer.position() + encodedBytes();
      Type.HELLO.encode(VERSION, buffer);
      buffer.put((byte) suites).put((byte) options()).putInt(clientId);
      token.write(buffer.put((byte) token.length()));
      handshake.write(buffer.putShort((short) handshake.length()));
      encodeZeros(end, buffer);
    }
  }

  /**
   * A hello of a version that this package does not speak; {@link Versions} answers it.
   *
   * @param version 1 … 255, but for {@link #VERSION}
   */
  record ForeignHello(int version, int clientId) implements ToServer {
    public ForeignHello {
      check(version > NO_VERSION && version <= 0xff && version != VERSION, "version");
    }

    static ForeignHello decode(int version, ByteBuffer rest) throws MalformedException {
      Fields.uint16(rest); // where this version has suites and options
      ForeignHello hello = new ForeignHello(version, Fields.int32(rest));
      rest.position(rest.limit());
      return hello;
    }

    @Override
    public RequestKind kind() {
      return RequestKind.FOREIGN_HELLO;
    }

    @Override
    public int encodedBytes() {
      return Hello.MIN_BYTES;
    }

    /** Writes the known fields, and zeros for the rest. */
    @Override
    public void encode(ByteBuffer buffer) {
      int end = buffer.position() + encodedBytes();
      Type.HELLO.encode(version, buffer).putShort((short) 0).putInt(clientId);
      encodeZeros(end, buffer);
    }
  }

  /**
   * Ends the handshake.
   *
   * @param handshake the second message of the Noise handshake, no longer than fits into a
   *     datagram; its payload is {@link WelcomeTerms}
   */
  record Welcome(int clientId, Bytes handshake) implements ToClient {
    /** Type, version, client's id, and the length. */
    static final int FIXED_BYTES = 8;

    public Welcome {
      requireToFit(handshake, FIXED_BYTES);
    }

    static Welcome decode(ByteBuffer rest) throws MalformedException {
      int clientId = decodeClientId(VERSION, rest);
      return new Welcome(clientId, Fields.bytes(rest, Fields.uint16(rest)));
    }

    @Override
    public AnswerKind kind() {
      return AnswerKind.WELCOME;
    }

    @Override
    public int encodedBytes() {
      return FIXED_BYTES + handshake.length();
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Type.WELCOME.encode(VERSION, buffer).putInt(clientId);
      handshake.write(buffer.putShort((short) handshake.length()));
    }
  }

  /**
   * Asks for the hello again, with a token.
   *
   * @param token 1 … {@value Hello#MAX_TOKEN_BYTES} bytes
   */
  record Retry(int clientId, Bytes token) implements ToClient {
    /** Type, version, client's id, and the length. */
    private static final int FIXED_BYTES = 7;

    public Retry {
      check(token.length() > 0 && token.length() <= Hello.MAX_TOKEN_BYTES, "token");
    }

    static Retry decode(ByteBuffer rest) throws MalformedException {
      int clientId = decodeClientId(VERSION, rest);
      int tokenBytes = Fields.uint8(rest);
      require(tokenBytes > 0 && tokenBytes <= Hello.MAX_TOKEN_BYTES);
      return new Retry(clientId, Fields.bytes(rest, tokenBytes));
    }

    @Override
    public AnswerKind kind() {
      return AnswerKind.RETRY;
    }

    @Override
    public int encodedBytes() {
      return FIXED_BYTES + token.length();
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Type.RETRY.encode(VERSION, buffer).putInt(clientId);
      token.write(buffer.put((byte) token.length()));
    }
  }

  /**
   * Refuses a {@link ForeignHello}.
   *
   * @param versions the versions that the server speaks, 1 … 255 of them, each in 1 … 255
   */
  record Versions(int clientId, List<Integer> versions) implements ToClient {
    /** Type, no version, client's id, and the number of versions. */
    private static final int FIXED_BYTES = 7;

    public Versions {
      versions = List.copyOf(versions);
      check(!versions.isEmpty() && versions.size() <= 0xff, "number of versions");
      check(versions.stream().allMatch(version -> version > 0 && version <= 0xff), "version");
    }

    static Versions decode(ByteBuffer rest) throws MalformedException {
      int clientId = decodeClientId(NO_VERSION, rest);
      int count = Fields.uint8(rest);
      require(count > 0 && count == rest.remaining());
      List<Integer> versions = new ArrayList<>(count);
      while (rest.hasRemaining()) {
        int version = Fields.uint8(rest);
        require(version != NO_VERSION);
        versions.add(version);
      }
      return new Versions(clientId, versions);
    }

    @Override
    public AnswerKind kind() {
      return AnswerKind.VERSIONS;
    }

    @Override
    public int encodedBytes() {
      return FIXED_BYTES + versions.size();
    }

    @Override
    public void encode(ByteBuffer buffer) {
      Type.VERSIONS.encode(NO_VERSION, buffer).putInt(clientId).put((byte) versions.size());
      versions.forEach(version -> buffer.put(version.byteValue()));
    }
  }

  private static void requireToFit(Bytes handshake, int besides) {
    Objects.requireNonNull(handshake);
    check(handshake.length() <= Udp.MAX_PAYLOAD_BYTES - besides, "handshake message");
  }

  private static void check(boolean condition, String what) {
    if (!condition) {
      throw new IllegalArgumentException("no valid " + what);
    }
  }

  private static int decodeClientId(int version, ByteBuffer rest) throws MalformedException {
    require(Fields.uint8(rest) == version);
    return Fields.int32(rest);
  }

  private static void requireZeros(ByteBuffer rest) throws MalformedException {
    while (rest.remaining() >= Long.BYTES) {
      require(rest.getLong() == 0);
    }
    while (rest.hasRemaining()) {
      require(rest.get() == 0);
    }
  }

  private static void encodeZeros(int end, ByteBuffer buffer) {
    while (buffer.position() < end) {
      buffer.put((byte) 0);
    }
  }
}
