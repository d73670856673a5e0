package dev.ferry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.runtime.SecurityOptions.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link Upload}; nothing is sent. */
class UploadTest {
  private static final InetSocketAddress SERVER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 12_300);

  private static final TransportOptions TRANSPORT =
      new TransportOptions(
          TransportChoice.AUTO,
          TransportOptions.DEFAULT_DATAGRAM_BYTES,
          StreamFraming.LENGTH,
          Congestion.MODEL,
          null,
          true,
          UnaryOperator.identity());

  @TempDir private Path directory;

  private Upload upload(String name, Mode mode, String content) throws IOException {
    return Upload.open(
        Files.writeString(directory.resolve("a file"), content),
        name,
        new TransferOptions(IfExists.REFUSE, true, Dialect.SPACED),
        new SecurityOptions(mode, null, EnumSet.allOf(CipherSuite.class), Digest.AUTO),
        Runnable::run);
  }

  /** What is sent is the file whose size the user has been told, whoever renames it meanwhile. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldOpenTheFileOnceForAllEndpoints(Mode mode) throws IOException {
    try (Upload upload = upload("name", mode, "content")) {
      Files.delete(upload.file());
      for (boolean patient : new boolean[] {false, true}) {
        Endpoint endpoint = Endpoint.overUdp(SERVER, TRANSPORT, patient, false);
        assertThat(upload.begin(endpoint, task -> {}, 0).isInFerryMode())
            .isEqualTo(mode == Mode.FERRY);
      }
      assertThat(upload.sizeBytes()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldSkipTheStartOfARememberedServerOnlyIfEitherModeWillDo(Mode mode) throws IOException {
    Endpoint unknown = Endpoint.overUdp(SERVER, TRANSPORT, true, false);
    Endpoint known = unknown.remembering(new PathMemory(1, 0, 0, 1472));
    try (Upload upload = upload("name", mode, "content")) {
      assertThat(upload.skipsStart(unknown)).isFalse();
      assertThat(upload.skipsStart(known)).isEqualTo(mode == Mode.EITHER);
      assertThat(upload.begin(known, task -> {}, 0).isInFerryMode()).isEqualTo(mode != Mode.LAB);
    }
  }

  @Test
  void shouldRefuseWhatTheLabCannotExpressUnlessFerryModeIsCertain() throws IOException {
    assertThatThrownBy(() -> upload("a | b", Mode.EITHER, "content"))
        .isInstanceOf(UnsendableException.class);
    upload("a | b", Mode.FERRY, "").close();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldTakeAnEmptyFile(Mode mode) throws IOException {
    try (Upload upload = upload("name", mode, "")) {
      assertThat(upload.sizeBytes()).isZero();
    }
  }
}
