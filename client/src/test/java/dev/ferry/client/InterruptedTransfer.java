package dev.ferry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.RandomFile;
import dev.ferry.testkit.process.Relay;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** A transfer of which the first half has arrived, and that can be gone on with many times. */
final class InterruptedTransfer {
  private static final int FILE_BYTES = 4_000_000;
  private static final int ARRIVED_BYTES = 2_500_000;

  /** Which way the file goes. */
  enum Operation {
    PUT,
    GET
  }

  private final Operation operation;
  private final Path servers;
  private final Path clients;
  private final Path saved;
  private final int relayPort;
  private final long keptBytes;

  /** Begins one in an empty directory, and interrupts it. */
  InterruptedTransfer(Path directory, Operation operation) throws IOException {
    this.operation = operation;
    this.servers = Files.createDirectory(directory.resolve("servers"));
    this.clients = Files.createDirectory(directory.resolve("clients"));
    this.saved = Files.createDirectory(directory.resolve("saved"));
    RandomFile.create(source(), FILE_BYTES, 3);
    this.relayPort = interrupt();
    copyLeftovers(target().getParent(), saved);
    this.keptBytes = goOn();
  }

  Path source() {
    return operation == Operation.PUT ? clients.resolve("local") : servers.resolve("f");
  }

  /** Where the file appears. */
  Path target() {
    return operation == Operation.PUT ? servers.resolve("f") : clients.resolve("local");
  }

  /** How much is found if nobody changes anything. */
  long keptBytes() {
    return keptBytes;
  }

  private JarProcess start(Relay relay) throws IOException {
    JarProcess.Launcher client = JarProcess.client().in(clients);
    return operation == Operation.PUT
        ? client.start(relay.address(), "local", "f", "--json", "--keep-trying", "0")
        : client.start("get", relay.address(), "f", "local", "--json", "--keep-trying", "0");
  }

  /** Kills the end that sends; the other one ends in peace, so that it keeps what has arrived. */
  private int interrupt() throws IOException {
    Relay[] relay = new Relay[1];
    Relay.Way way = operation == Operation.PUT ? Relay.Way.UP : Relay.Way.DOWN;
    KillSwitch kill = new KillSwitch(way, ARRIVED_BYTES, () -> relay[0].close());
    try (ServerProcess server = ServerProcess.launcher(servers).start()) {
      relay[0] = Relay.start(server.address(), kill);
      int port = relay[0].port();
      try (Relay open = relay[0];
          JarProcess client = start(open)) {
        kill.aimAt(operation == Operation.PUT ? client.virtualMachine() : server.virtualMachine());
        client.await();
      }
      server.stop();
      assertThat(kill.hasFired()).isTrue();
      return port;
    }
  }

  /** Puts everything back as it was after the interruption. */
  void restore() throws IOException {
    Path parts = target().getParent();
    for (Path old : list(parts)) {
      if (!old.equals(source())) {
        Files.delete(old);
      }
    }
    copyLeftovers(saved, parts);
  }

  private static void copyLeftovers(Path from, Path to) throws IOException {
    for (Path path : list(from)) {
      if (path.getFileName().toString().startsWith(".ferry-")) {
        Files.copy(path, to.resolve(path.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  /** The only file with the suffix that was left. */
  Path left(String suffix) throws IOException {
    List<Path> found =
        list(target().getParent()).stream().filter(p -> p.toString().endsWith(suffix)).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  /**
   * Gives the same command again.
   *
   * @return how much of the file was found
   */
  long goOn() throws IOException {
    try (ServerProcess server = ServerProcess.launcher(servers).start();
        Relay relay = Relay.start(relayPort, server.address(), (way, datagram) -> datagram);
        JarProcess client = start(relay)) {
      JarProcess.Result result = client.await();
      assertThat(result.exitCode()).as("%s", result).isZero();
      return Long.parseLong(Events.only(result.out(), "finished").get("resumedBytes"));
    }
  }
}
