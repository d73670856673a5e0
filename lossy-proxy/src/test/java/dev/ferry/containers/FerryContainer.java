package dev.ferry.containers;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerNetwork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * One of the programs in a container as docker-compose.yml runs it: not as root, on a read-only
 * root, without capabilities. Its address is fixed, so that it keeps it when it comes back.
 */
final class FerryContainer extends GenericContainer<FerryContainer> {
  /** Where the image has its volume. */
  static final String FILES = "/srv/files";

  /** For how long anything is awaited: a busy machine starts programs late. */
  static final Duration TIMEOUT = Duration.ofMinutes(4);

  private final Network network;
  private final String address;
  private final String alias;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  FerryContainer(Network network, String address, String alias, String... command) {
    super(FerryImage.name());
    this.network = network;
    this.address = address;
    this.alias = alias;
    withNetwork(network);
    withNetworkAliases(alias);
    withCommand(command);
    withReadOnlyRoot(true);
    withCreateContainerCmdModifier(
        create -> {
          create.withIpv4Address(address);
          create
              .getHostConfig()
              .withCapDrop(Capability.ALL)
              .withSecurityOpts(List.of("no-new-privileges:true"));
        });
  }

  FerryContainer withReadOnlyRoot(boolean readOnly) {
    return withCreateContainerCmdModifier(
        create -> create.getHostConfig().withReadonlyRootfs(readOnly));
  }

  /** Puts a file into the volume before the program starts. */
  FerryContainer withFile(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  @Override
  protected void containerIsCreated(String containerId) {
    files.forEach((name, content) -> copyInto(containerId, name, content));
  }

  /** Puts a file into the volume while the program runs, in place of one of that name. */
  void replaceFile(String name, byte[] content) {
    copyInto(getContainerId(), name, content);
  }

  /** Testcontainers' own copying unpacks at the root, which is read-only. */
  private void copyInto(String containerId, String name, byte[] content) {
    getDockerClient()
        .copyArchiveToContainerCmd(containerId)
        .withRemotePath(FILES)
        .withTarInputStream(new ByteArrayInputStream(archive(name, content)))
        .exec();
  }

  private static byte[] archive(String name, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Waits until the program has printed so many lines in which the expression is found. */
  void awaitLines(int count, String regex) {
    Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
    await(alias + ": " + regex)
        .dontCatchUncaughtExceptions()
        .atMost(TIMEOUT)
        .until(() -> pattern.matcher(getLogs()).results().count() >= count);
  }

  /** Waits until the program has ended. */
  int awaitExit() {
    return getDockerClient()
        .waitContainerCmd(getContainerId())
        .exec(new WaitContainerResultCallback())
        .awaitStatusCode(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Ends it by SIGTERM. */
  int terminate() {
    getDockerClient().killContainerCmd(getContainerId()).withSignal("TERM").exec();
    return awaitExit();
  }

  /** Ends it as a power cut would. */
  void kill() {
    getDockerClient().killContainerCmd(getContainerId()).exec();
    awaitExit();
  }

  /** Starts it once more, on what it has left. */
  void startAgain() {
    getDockerClient().startContainerCmd(getContainerId()).exec();
  }

  /** Pulls the plug out. */
  void disconnect() {
    getDockerClient()
        .disconnectFromNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .exec();
  }

  /** Puts it in again. */
  void reconnect() {
    getDockerClient()
        .connectToNetworkCmd()
        .withContainerId(getContainerId())
        .withNetworkId(network.getId())
        .withContainerNetwork(
            new ContainerNetwork()
                .withAliases(alias)
                .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address)))
        .exec();
  }

  /** What lies in the volume, by name; also when the program has ended. */
  SortedMap<String, byte[]> files() throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (InputStream stream =
            getDockerClient().copyArchiveFromContainerCmd(getContainerId(), FILES).exec();
        TarArchiveInputStream tar = new TarArchiveInputStream(stream, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isDirectory()) {
          files.put(entry.getName().replaceFirst("^files/", ""), tar.readAllBytes());
        }
      }
    }
    return files;
  }
}
