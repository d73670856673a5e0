package dev.ferry.examples.library;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.api.FerryServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link TreeCopy}. */
class TreeCopyTest {
  @TempDir private Path directory;

  @Test
  void shouldCopyATreeAndLeaveItTheSecondTime() throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path tree = Files.createDirectories(directory.resolve("tree/below")).getParent();
    Files.writeString(tree.resolve("one"), "1");
    Files.writeString(tree.resolve("below/two"), "2");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (FerryServer server = FerryServer.builder(root).start()) {
      List<String> operands =
          List.of("127.0.0.1", Integer.toString(server.port()), tree.toString());
      TreeCopy.run(operands, new PrintStream(out, true, UTF_8));
      TreeCopy.run(operands, new PrintStream(out, true, UTF_8));
    }

    assertThat(root.resolve("tree/one")).hasContent("1");
    assertThat(root.resolve("tree/below/two")).hasContent("2");
    assertThat(out.toString(UTF_8).lines())
        .containsExactly("stored 2, unchanged 0", "stored 0, unchanged 2");
  }
}
