package dev.ferry.examples.library;

import dev.ferry.api.FerryClient;
import dev.ferry.api.FerryServer;
import dev.ferry.api.ProgressListener;
import dev.ferry.api.Transfer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sends a file to a server in the same program, and fetches it again. */
public final class RoundTrip {
  private RoundTrip() {}

  /**
   * Runs the program.
   *
   * @param operands the file, and a directory, in which the server's root and the copy appear
   */
  public static void run(List<String> operands, PrintStream out) throws IOException {
    Path file = Path.of(operands.get(0));
    Path directory = Path.of(operands.get(1));
    Path root = Files.createDirectories(directory.resolve("root"));
    ProgressListener progress =
        now -> out.println(now.doneBytes() + " of " + now.sizeBytes() + " bytes");
    // Any free port of the loopback interface, unless told otherwise.
    try (FerryServer server = FerryServer.builder(root).start();
        FerryClient client = FerryClient.builder("127.0.0.1", server.port()).build()) {
      Transfer there = client.put(file, "there", progress);
      out.println("sent, sha256 " + there.sha256().orElse("unknown"));
      client.get("there", directory.resolve("back"), progress);
      out.println("fetched into " + directory.resolve("back"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
