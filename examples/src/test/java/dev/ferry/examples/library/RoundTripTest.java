package dev.ferry.examples.library;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link RoundTrip}. */
class RoundTripTest {
  private static final String SHA256_OF_CONTENT =
      "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";

  @TempDir private Path directory;

  @Test
  void shouldBringAFileThereAndBack() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "content");
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    RoundTrip.run(
        List.of(file.toString(), directory.toString()), new PrintStream(out, true, UTF_8));

    assertThat(directory.resolve("root").resolve("there")).hasContent("content");
    assertThat(directory.resolve("back")).hasContent("content");
    assertThat(out.toString(UTF_8).lines())
        .contains(
            "7 of 7 bytes",
            "sent, sha256 " + SHA256_OF_CONTENT,
            "fetched into " + directory.resolve("back"));
  }
}
