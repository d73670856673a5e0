package dev.ferry.runtime;

import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.crypto.CipherSuite;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.runtime.SecurityOptions.Mode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An upload of some bytes that nobody watches. */
final class SmallUpload {
  private SmallUpload() {}

  /**
   * Runs one; returns how it ended.
   *
   * @param directory for the file
   * @param setup is given the runner before it runs
   */
  static ClientEvent run(
      Path directory,
      InetSocketAddress server,
      Mode mode,
      TransportChoice transport,
      Consumer<TransferRunner> setup)
      throws IOException {
    TransportOptions options =
        new TransportOptions(
            transport,
            TransportOptions.AS_THE_PATH_TAKES,
            StreamFraming.LENGTH,
            Congestion.MODEL,
            null,
            true,
            UnaryOperator.identity());
    try (DiskWorkers diskWorkers = new DiskWorkers();
        Upload upload =
            Upload.open(
                Files.writeString(directory.resolve("file"), "content"),
                "name",
                new TransferOptions(IfExists.OVERWRITE, true, Dialect.SPACED),
                new SecurityOptions(mode, null, EnumSet.allOf(CipherSuite.class), Digest.AUTO),
                diskWorkers)) {
      TransferRunner runner = new TransferRunner(upload, options, TransferListener.NOBODY);
      setup.accept(runner);
      return runner.run(List.of(server));
    }
  }
}
