package dev.ferry.testkit.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One of the programs, started from its jar as a process of its own, with exactly the arguments
 * given. For a server that is merely to be there, {@link ServerProcess} is handier.
 */
public final class JarProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;

  private final Process process;
  private final LineLog out;
  private final LineLog err;

  private JarProcess(Process process) {
    this.process = process;
    this.out = LineLog.of("stdout", process.getInputStream());
    this.err = LineLog.of("stderr", process.getErrorStream());
  }

  /**
   * Prepares to start client.jar. Unless it is told how to reach the server it goes by UDP, however
   * long a busy machine takes to answer.
   */
  public static Launcher client() {
    Launcher launcher = new Launcher("ferry.client.jar");
    launcher.usesUdp = true;
    return launcher;
  }

  /** Prepares to start server.jar. */
  public static Launcher server() {
    return new Launcher("ferry.server.jar");
  }

  /** Prepares to start lossy-proxy.jar. */
  public static Launcher lossyProxy() {
    return new Launcher("ferry.lossy-proxy.jar");
  }

  /** Prepares to start examples.jar. */
  public static Launcher examples() {
    return new Launcher("ferry.examples.jar");
  }

  /** How the program is to be started. */
  public static final class Launcher {
    private final Path jar;
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private boolean usesUdp;
    private Path directory = Path.of(".");
    private Path javaHome = Path.of(System.getProperty("java.home"));

    private Launcher(String property) {
      String path = System.getProperty(property);
      if (path == null) {
        throw new IllegalStateException("the build sets the property " + property);
      }
      this.jar = Path.of(path).normalize();
      // Most of these processes live for less than a second.
      Collections.addAll(jvmOptions, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    }

    /**
     * A command that becomes the rest of the command line, such as setpriv, or runs it as its only
     * child, such as strace.
     */
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

    /** The Java that runs it; that of the test if not given. */
    public Launcher java(Path home) {
      javaHome = home;
      return this;
    }

    /** Lets the client find out by itself how to reach the server, as it does for its users. */
    public Launcher byAnyWay() {
      usesUdp = false;
      return this;
    }

    /** The directory in which the program runs. */
    public Launcher in(Path workingDirectory) {
      directory = workingDirectory;
      return this;
    }

    /** The command line, without a wrapper. */
    public List<String> command(String... arguments) {
      List<String> command = new ArrayList<>();
      command.add(javaHome.resolve("bin").resolve("java").toString());
      command.addAll(jvmOptions);
      Collections.addAll(command, "-jar", jar.toString());
      if (usesUdp && arguments.length > 1 && !List.of(arguments).contains("--transport")) {
        Collections.addAll(command, "--transport", "udp");
      }
      Collections.addAll(command, arguments);
      return command;
    }

    /** Starts it. */
    public JarProcess start(String... arguments) throws IOException {
      List<String> command = new ArrayList<>(wrapper);
      command.addAll(command(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      // What one test remembers of a port must not concern another one that gets the same port.
      builder.environment().put("XDG_CACHE_HOME", "/dev/null");
      builder.environment().putAll(environment);
      return new JarProcess(builder.start());
    }

    /** Starts it and waits until it ends. */
    public Result run(String... arguments) throws IOException {
      try (JarProcess process = start(arguments)) {
        return process.await();
      }
    }
  }

  /**
   * What became of a process.
   *
   * @param out the lines on stdout
   * @param err the lines on stderr
   */
  public record Result(int exitCode, List<String> out, List<String> err) {}

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
   * Sends it a signal.
   *
   * @param name without {@code SIG}
   */
  public void signal(String name) throws IOException {
    long pid = virtualMachine().pid();
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    try {
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("there is no process " + pid);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits until it ends by itself. */
  public Result await() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the program does not end\n" + out + "\n" + err);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return new Result(process.exitValue(), out.awaitAll(), err.awaitAll());
  }

  /** Makes sure that nothing of it is left running. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    await();
  }
}
