package dev.ferry.examples.library;

import dev.ferry.api.CopyOptions;
import dev.ferry.api.CopySummary;
import dev.ferry.api.FerryClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** Copies a directory to a server. */
public final class TreeCopy {
  private TreeCopy() {}

  /**
   * Runs the program.
   *
   * @param operands the server's host and port, and the directory
   */
  public static void run(List<String> operands, PrintStream out) throws IOException {
    int port = Integer.parseInt(operands.get(1));
    List<Path> sources = List.of(Path.of(operands.get(2)));
    try (FerryClient client = FerryClient.builder(operands.get(0), port).build()) {
      CopySummary copied = client.copyTo(sources, "", CopyOptions.DEFAULT).await();
      out.println("stored " + copied.stored() + ", unchanged " + copied.unchanged());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
