package dev.ferry.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The real server, started from its jar as a process of its own. Listens on a free port of the
 * loopback address.
 *
 * <pre>
 * try (ServerProcess server = ServerProcess.launcher(root).start("--if-exists", "refuse")) {
 *   … server.address() …
 *   assertThat(server.stop()).isZero();
 * }
 * </pre>
 */
public final class ServerProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Process process;
  private final LineLog out;
  private final LineLog err;
  private final InetSocketAddress address;

  private ServerProcess(Process process) {
    this.process = process;
    this.out = LineLog.of("stdout", process.getInputStream());
    this.err = LineLog.of("stderr", process.getErrorStream());
    this.address = awaitAddress();
  }

  private InetSocketAddress awaitAddress() {
    try {
      String port = out.await("^listening on \\S+:(\\d+),|\"port\":(\\d+)").group();
      return new InetSocketAddress(
          InetAddress.getLoopbackAddress(), Integer.parseInt(port.replaceAll(".*:|,", "")));
    } catch (IllegalStateException e) {
      close();
      throw new IllegalStateException(e.getMessage() + "\n" + err, e);
    }
  }

  /** Prepares a server that stores below the given directory. Not for use with {@code --quiet}. */
  public static Launcher launcher(Path root) {
    return new Launcher(root);
  }

  /** How the server is to be started. */
  public static final class Launcher {
    private final Path root;
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    private Launcher(Path root) {
      this.root = root;
    }

    /** A command that runs the rest of the command line as its child, such as strace. */
    public Launcher under(String... command) {
      Collections.addAll(wrapper, command);
      return this;
    }

    /** Options of the virtual machine, such as {@code -Xmx64m}. */
    public Launcher jvm(String... options) {
      Collections.addAll(jvmOptions, options);
      return this;
    }

    /** An environment variable. */
    public Launcher environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param options of the server; the port, the root and the address are given already
     */
    public ServerProcess start(String... options) throws IOException {
      List<String> command = new ArrayList<>(wrapper);
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      Collections.addAll(command, "-jar", jar().toString(), "0");
      Collections.addAll(command, "--root", root.toString(), "--bind", "127.0.0.1");
      Collections.addAll(command, options);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      return new ServerProcess(builder.start());
    }
  }

  /** Where the build of the server's module leaves the jar, seen from any module. */
  public static Path jar() {
    for (String place : List.of("target/server.jar", "../server/target/server.jar")) {
      Path jar = Path.of(place).toAbsolutePath().normalize();
      if (Files.exists(jar)) {
        return jar;
      }
    }
    throw new IllegalStateException("there is no server.jar yet: run ./mvnw package first");
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
    return out;
  }

  /** What it complains about. */
  public LineLog err() {
    return err;
  }

  /** The process of the virtual machine, not that of a wrapper. */
  public ProcessHandle virtualMachine() {
    return process.descendants().findFirst().orElse(process.toHandle());
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
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the server does not end\n" + out + "\n" + err);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Makes sure that nothing of it is left running. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitExit();
  }
}
