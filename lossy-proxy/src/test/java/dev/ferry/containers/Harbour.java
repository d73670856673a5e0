package dev.ferry.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.model.Network.Ipam;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;

/** A server, a lossy proxy and clients in containers, on a network of their own. */
final class Harbour implements AutoCloseable {
  private static final String LISTENING = "listening on .*\\n";

  private static final String RATE_FILE = "rate";

  private final String subnet;
  private final Network network;
  private final List<FerryContainer> containers = new ArrayList<>();

  Harbour() {
    // One at a time: the subnet is free again for an instant.
    synchronized (Harbour.class) {
      subnet = freeSubnet();
      network = Network.builder().createNetworkCmdModifier(this::fixSubnet).build();
      network.getId(); // Only this creates it.
    }
  }

  /** The engine gives fixed addresses only in a subnet that was asked for, and knows a free one. */
  private static String freeSubnet() {
    try (Network probe = Network.newNetwork()) {
      return DockerClientFactory.lazyClient()
          .inspectNetworkCmd()
          .withNetworkId(probe.getId())
          .exec()
          .getIpam()
          .getConfig()
          .get(0)
          .getSubnet();
    }
  }

  private void fixSubnet(CreateNetworkCmd create) {
    create.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet)));
  }

  private FerryContainer container(String alias, String... command) {
    String address = subnet.replaceFirst("\\d+/\\d+$", Integer.toString(10 + containers.size()));
    FerryContainer container = new FerryContainer(network, address, alias, command);
    containers.add(container);
    return container;
  }

  private static WaitStrategy listening() {
    return Wait.forLogMessage(LISTENING, 1).withStartupTimeout(FerryContainer.TIMEOUT);
  }

  /** A server that listens at server:12300. */
  FerryContainer startServer() {
    FerryContainer server =
        container("server", "server.jar", "12300", "--root", FerryContainer.FILES);
    server.waitingFor(listening()).start();
    return server;
  }

  /** A proxy before the server, that listens at proxy:12301. */
  FerryContainer startProxy(String... options) {
    List<String> command = new ArrayList<>(List.of("lossy-proxy.jar", "12301", "server:12300"));
    Collections.addAll(command, options);
    FerryContainer proxy = container("proxy", command.toArray(String[]::new));
    proxy.waitingFor(listening()).start();
    return proxy;
  }

  /** A client that sends the content through the proxy, and prints JSON. */
  FerryContainer startClient(byte[] content, String destination) {
    return startProgram(client(content, destination));
  }

  /**
   * The same with a client that takes minutes for a megabyte, until {@link #letGoFast}: so a test
   * meets it on the way however long the engine takes to interfere.
   */
  FerryContainer startSlowClient(byte[] content, String destination) {
    return startProgram(
        client(content, destination, "--max-rate", "@" + FerryContainer.FILES + "/" + RATE_FILE)
            .withFile(RATE_FILE, rate("20kbit")));
  }

  /** Lets a slow client go as fast as it can. */
  static void letGoFast(FerryContainer slowClient) {
    slowClient.replaceFile(RATE_FILE, rate("1gbit"));
  }

  private static byte[] rate(String rate) {
    return rate.getBytes(StandardCharsets.UTF_8);
  }

  private FerryContainer client(byte[] content, String destination, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("client.jar", "proxy:12301", FerryContainer.FILES + "/source", destination));
    Collections.addAll(command, "--lab", "--json");
    Collections.addAll(command, options);
    return container("client", command.toArray(String[]::new)).withFile("source", content);
  }

  /** A server that is to store beside its own jar, which it may not be able to. */
  FerryContainer startMeddlingServer(String user, boolean readOnlyRoot) {
    return startProgram(
        container("meddling", "server.jar", "12300", "--root", "/opt/ferry")
            .withReadOnlyRoot(readOnlyRoot)
            .withCreateContainerCmdModifier(create -> create.withUser(user)));
  }

  /** Starts it without waiting for anything: it may have ended already. */
  private static FerryContainer startProgram(FerryContainer container) {
    container.withStartupCheckStrategy(new Started()).waitingFor(new Nothing()).start();
    return container;
  }

  private static final class Started extends StartupCheckStrategy {
    @Override
    public StartupStatus checkStartupState(DockerClient client, String containerId) {
      return StartupStatus.SUCCESSFUL;
    }
  }

  private static final class Nothing extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }

  @Override
  public void close() {
    containers.forEach(FerryContainer::stop);
    network.close();
  }
}
