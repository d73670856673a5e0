package dev.ferry.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A {@link JarProcess} of the server that listens on a free port of the loopback address.
 *
 * <pre>
 * try (ServerProcess server = ServerProcess.launcher(root).start("--if-exists", "refuse")) {
 *   … server.address() …
 *   assertThat(server.stop()).isZero();
 * }
 * </pre>
 */
public final class ServerProcess implements AutoCloseable {
  private final JarProcess process;
  private final InetSocketAddress address;

  private ServerProcess(JarProcess process) {
    this.process = process;
    this.address = awaitAddress();
  }

  private InetSocketAddress awaitAddress() {
    try {
      String port = out().await("^listening on \\S+:(\\d+),|\"port\":(\\d+)").group();
      return new InetSocketAddress(
          InetAddress.getLoopbackAddress(), Integer.parseInt(port.replaceAll(".*:|,", "")));
    } catch (IllegalStateException e) {
      close();
      throw new IllegalStateException(e.getMessage() + "\n" + err(), e);
    }
  }

  /** Prepares a server that stores below the given directory. Not for use with {@code --quiet}. */
  public static Launcher launcher(Path root) {
    return new Launcher(root);
  }

  /** How the server is to be started; see {@link JarProcess.Launcher}. */
  public static final class Launcher {
    private final Path root;
    private final JarProcess.Launcher launcher = JarProcess.server();
    private int port;

    private Launcher(Path root) {
      this.root = root;
    }

    /** A command that becomes the server, or runs it as its only child. */
    public Launcher under(String... command) {
      launcher.under(command);
      return this;
    }

    /** Options of the virtual machine, such as {@code -Xmx64m}. */
    public Launcher jvm(String... options) {
      launcher.jvm(options);
      return this;
    }

    /** An environment variable. */
    public Launcher environment(String name, String value) {
      launcher.environment(name, value);
      return this;
    }

    /** The port, such as that of a server that was killed; a free one if not given. */
    public Launcher port(int number) {
      port = number;
      return this;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param options of the server; the port, the root and the address are given already
     */
    public ServerProcess start(String... options) throws IOException {
      List<String> arguments =
          new ArrayList<>(
              List.of(Integer.toString(port), "--root", root.toString(), "--bind", "127.0.0.1"));
      Collections.addAll(arguments, options);
      return new ServerProcess(launcher.start(arguments.toArray(String[]::new)));
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** The port that it listens on. */
  public int port() {
    return address.getPort();
  }

  /** What it prints. */
  public LineLog out() {
    return process.out();
  }

  /** What it complains about. */
  public LineLog err() {
    return process.err();
  }

  /** The process of the virtual machine, not that of a wrapper. */
  public ProcessHandle virtualMachine() {
    return process.virtualMachine();
  }

  /**
   * Ends it by SIGTERM.
   *
   * @return its exit code
   */
  public int stop() {
    virtualMachine().destroy();
    return awaitExit();
  }

  /** Ends it by SIGKILL. */
  public void kill() {
    virtualMachine().destroyForcibly();
    awaitExit();
  }

  /**
   * Waits for it to end by itself.
   *
   * @return its exit code
   */
  public int awaitExit() {
    return process.await().exitCode();
  }

  /** Makes sure that nothing of it is left running. */
  @Override
  public void close() {
    process.close();
  }
}
