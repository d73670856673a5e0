package dev.ferry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ferry.api.TransferException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another secret than the server's; takes some seconds, because the server does not answer. */
class SecretIT {
  @TempDir private Path directory;

  private static Secret secret(int seed) {
    byte[] bytes = new byte[Secret.LENGTH];
    bytes[0] = (byte) seed;
    return Secret.copyOf(bytes);
  }

  @Test
  void shouldGetNoAnswerWithAnotherSecret() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path file = Files.writeString(directory.resolve("file"), "content");
    try (FerryServer server = FerryServer.builder(root).secret(secret(1)).start();
        FerryClient client =
            FerryClient.builder("127.0.0.1", server.port())
                .transport(Transport.TCP)
                .secret(secret(2))
                .build()) {
      TransferException e =
          catchThrowableOfType(TransferException.class, () -> client.put(file, "name"));

      assertThat(e.reason()).isEqualTo(Reason.NO_ANSWER);
      assertThat(e.isResumable()).isFalse();
    }
    assertThat(root).isEmptyDirectory();
  }
}
