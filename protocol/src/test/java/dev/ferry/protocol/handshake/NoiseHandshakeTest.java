package dev.ferry.protocol.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.protocol.crypto.SharedSecret;
import dev.ferry.protocol.handshake.NoiseHandshake.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link NoiseHandshake} against published vectors, and against those who want to break it. */
class NoiseHandshakeTest {
  private static final Path VECTORS = Path.of("..", "docs", "vectors", "noise.txt");
  private static final byte[] PROLOGUE = {1, 2, 3};
  private static final SharedSecret SECRET = SharedSecret.copyOf(key(7));

  private static byte[] key(int value) {
    byte[] key = new byte[NoiseHandshake.KEY_BYTES];
    Arrays.fill(key, (byte) value);
    return key;
  }

  private static final class Message {
    private final byte[] payload;
    private final byte[] ciphertext;

    Message(byte[] payload, byte[] ciphertext) {
      this.payload = payload;
      this.ciphertext = ciphertext;
    }
  }

  /** One vector; the names of its fields are those of the file. */
  private static final class Vector {
    private String protocol = "";
    private byte[] prologue;
    private SharedSecret psk;
    private byte[] initiator;
    private byte[] responder;
    private final List<Message> messages = new ArrayList<>();

    void put(String name, String[] words) {
      byte[] first = name.equals("protocol") ? null : HexFormat.of().parseHex(words[0]);
      switch (name) {
        case "protocol" -> protocol = words[0];
        case "prologue" -> prologue = first;
        case "psk" -> psk = SharedSecret.copyOf(first);
        case "initiator" -> initiator = first;
        case "responder" -> responder = first;
        case "message" -> messages.add(new Message(first, HexFormat.of().parseHex(words[1])));
        default -> throw new AssertionError(name);
      }
    }

    @Override
    public String toString() {
      return protocol;
    }
  }

  static List<Vector> vectors() throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (String line : Files.readAllLines(VECTORS)) {
      String[] words = line.split(" +", 3);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (words[0].equals("protocol")) {
        vectors.add(new Vector());
      }
      vectors.get(vectors.size() - 1).put(words[0], Arrays.copyOfRange(words, 1, words.length));
    }
    assertThat(vectors).hasSize(2);
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void shouldFollowThePublishedVectors(Vector vector) throws GeneralSecurityException {
    NoiseHandshake initiator =
        new NoiseHandshake(true, vector.prologue, vector.psk, vector.initiator);
    NoiseHandshake responder =
        new NoiseHandshake(false, vector.prologue, vector.psk, vector.responder);
    Message first = vector.messages.get(0);
    Message second = vector.messages.get(1);

    assertThat(initiator.write(first.payload)).isEqualTo(first.ciphertext);
    assertThat(responder.read(first.ciphertext)).isEqualTo(first.payload);
    assertThat(responder.write(second.payload)).isEqualTo(second.ciphertext);
    assertThat(initiator.read(second.ciphertext)).isEqualTo(second.payload);

    Secrets secrets = initiator.finish();
    assertThat(secrets.hash()).isEqualTo(responder.finish().hash());
    for (int i = 2; i < vector.messages.size(); i++) {
      Message message = vector.messages.get(i);
      byte[] key = i % 2 == 0 ? secrets.initiatorToResponder() : secrets.responderToInitiator();
      assertThat(seal(key, i / 2 - 1, message.payload)).isEqualTo(message.ciphertext);
    }
  }

  /** The transport messages of the framework, which Ferry replaces by its own packets. */
  private static byte[] seal(byte[] key, int nonce, byte[] payload)
      throws GeneralSecurityException {
    byte[] iv = new byte[12];
    iv[11] = (byte) nonce;
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, iv));
    return cipher.doFinal(payload);
  }

  private static NoiseHandshake initiator(byte[] prologue, SharedSecret secret) {
    return new NoiseHandshake(true, prologue, secret, key(1));
  }

  private static NoiseHandshake responder(byte[] prologue, SharedSecret secret) {
    return new NoiseHandshake(false, prologue, secret, key(2));
  }

  private static void shouldFail(NoiseHandshake initiator, NoiseHandshake responder) {
    assertThatThrownBy(
            () -> {
              responder.read(initiator.write("hello".getBytes(UTF_8)));
              initiator.read(responder.write("hello".getBytes(UTF_8)));
            })
        .isInstanceOf(GeneralSecurityException.class);
  }

  @Test
  void shouldFailIfTheTwoDisagree() {
    byte[] otherPrologue = {1, 2, 4};
    shouldFail(initiator(PROLOGUE, null), responder(otherPrologue, null));
    shouldFail(initiator(PROLOGUE, SECRET), responder(otherPrologue, SECRET));
    shouldFail(initiator(PROLOGUE, SECRET), responder(PROLOGUE, SharedSecret.copyOf(key(8))));
    shouldFail(initiator(PROLOGUE, SECRET), responder(PROLOGUE, null));
    shouldFail(initiator(PROLOGUE, null), responder(PROLOGUE, SECRET));
  }

  @Test
  void shouldRejectEveryFlippedBit() throws GeneralSecurityException {
    byte[] first = initiator(PROLOGUE, SECRET).write(new byte[] {5});
    for (int bit = 0; bit < first.length * Byte.SIZE; bit++) {
      byte[] damaged = first.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      assertThatThrownBy(() -> responder(PROLOGUE, SECRET).read(damaged))
          .as("bit %d", bit)
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  @Test
  void shouldRejectWhatIsTooShort() {
    for (int length = 0; length < NoiseHandshake.KEY_BYTES + NoiseHandshake.TAG_BYTES; length++) {
      byte[] message = new byte[length];
      assertThatThrownBy(() -> responder(PROLOGUE, SECRET).read(message))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  /** A key of small order would make a secret that everybody knows (RFC 7748, section 6.1). */
  @Test
  void shouldRejectAWorthlessKey() throws GeneralSecurityException {
    NoiseHandshake responder = responder(PROLOGUE, null);
    responder.read(new byte[NoiseHandshake.KEY_BYTES]);
    assertThatThrownBy(() -> responder.write(new byte[0])).isInstanceOf(InvalidKeyException.class);
  }
}
