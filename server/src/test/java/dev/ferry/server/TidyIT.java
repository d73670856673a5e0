package dev.ferry.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that runs, and that nobody asks for anything. */
class TidyIT {
  @TempDir Path root;

  @Test
  void shouldRemoveWhatIsLeftBehindWhileItRuns() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(root).start("--keep-parts", "2s")) {
      Files.writeString(root.resolve(".ferry-0123456789abcdef.part"), "left behind");
      Files.createDirectory(root.resolve(".ferry-0123456789abcdef.directory"));
      Files.writeString(root.resolve("file"), "published");
      RootView.awaitUnfinished(root, 0);
      assertThat(RootView.tree(root)).containsExactly("file");
      assertThat(server.stop()).isZero();
      assertThat(server.err().awaitAll()).isEmpty();
    }
  }
}
