package dev.ferry.testkit.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;

/** A {@link JarProcess} of the lossy proxy before a server, on a free port of the loopback. */
public final class ProxyProcess implements AutoCloseable {
  private static final String LISTENING = "^listening on \\S+:(\\d+), .*seed (-?\\d+)$";

  private final JarProcess process;
  private final Matcher listening;

  private ProxyProcess(JarProcess process) {
    this.process = process;
    this.listening = process.out().await(LISTENING);
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param options what the network does; where it is and leads to is given already
   */
  public static ProxyProcess start(ServerProcess server, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("0", "127.0.0.1:" + server.port(), "--bind", "127.0.0.1"));
    Collections.addAll(arguments, options);
    return new ProxyProcess(JarProcess.lossyProxy().start(arguments.toArray(String[]::new)));
  }

  /** Where to send to, as the client's operand. */
  public String address() {
    return "127.0.0.1:" + listening.group(1);
  }

  /** Ends it, and returns what it says that became of the datagrams. */
  public JarProcess.Result stop() throws IOException {
    process.signal("TERM");
    return process.await();
  }

  /** With the seed, by which a run can be repeated. */
  @Override
  public String toString() {
    return listening.group();
  }

  @Override
  public void close() {
    process.close();
  }
}
