package dev.ferry.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ferry.proxy.Capture.Packet;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import dev.ferry.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the real proxy writes of a real upload. */
class TraceIT {
  private static final int BYTES = 20_000;
  private static final String LISTENING = "^listening on \\S+:(\\d+), .*$";

  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void createFile() throws IOException {
    file = Files.write(directory.resolve("file"), new byte[BYTES]);
  }

  /** Uploads the file through a proxy with the options, and stops the proxy. */
  private Result upload(String... options) throws IOException {
    List<String> arguments = new ArrayList<>();
    Path root = Files.createDirectory(directory.resolve("root"));
    try (ServerProcess server = ServerProcess.launcher(root).start()) {
      arguments.addAll(List.of("0", "127.0.0.1:" + server.port(), "--bind", "127.0.0.1"));
      arguments.addAll(List.of(options));
      try (JarProcess proxy = JarProcess.lossyProxy().start(arguments.toArray(String[]::new))) {
        String port = proxy.out().await(LISTENING).group(1);
        assertThat(
                JarProcess.client()
                    .run("127.0.0.1:" + port, file.toString(), "d", "--lab")
                    .exitCode())
            .isZero();
        proxy.signal("TERM");
        return proxy.await();
      }
    }
  }

  @Test
  void shouldTraceEveryDatagramOfAnUpload() throws IOException {
    Path trace = directory.resolve("trace.jsonl");
    Result proxy = upload("--up-loss", "list:2+5", "--trace", trace.toString());

    assertThat(proxy.exitCode()).as("%s", proxy).isZero();
    assertThat(proxy.err()).isEmpty();
    List<String> lines = Files.readAllLines(trace);
    String total = proxy.out().stream().filter(line -> line.startsWith("up")).findFirst().get();
    long entered =
        lines.stream().filter(l -> l.contains("\"entered\"") && l.contains("\"up\"")).count();
    assertThat(total).contains("received " + entered + ",");
    assertThat(lines.stream().filter(line -> line.contains("\"verdict\":\"lost\""))).hasSize(2);
    assertThat(lines.get(1)).contains("\"name\":\"d\",\"sizeBytes\":" + BYTES);
    assertThat(lines).allMatch(line -> line.startsWith("{\"schema\":\"ferry.trace.v1\""));
  }

  @Test
  void shouldCaptureBothSidesOfAnUpload() throws IOException {
    Path capture = directory.resolve("capture.pcapng");
    Result proxy = upload("--up-loss", "list:2+5", "--pcap", capture.toString());

    assertThat(proxy.exitCode()).as("%s", proxy).isZero();
    List<Packet> packets = Capture.read(Files.readAllBytes(capture)).packets();
    assertThat(packets).allMatch(packet -> packet.from().startsWith("7f000001:"));
    assertThat(packets.get(0).text()).startsWith("s | 0 | d | ");
    assertThat(packets.get(1).on()).isEqualTo("server");
    assertThat(packets.get(0).from()).as("seen by the server").isNotEqualTo(packets.get(1).from());
    assertThat(packets.stream().map(Packet::comment))
        .filteredOn(comment -> comment.contains("dropped"))
        .containsExactly("flow 1 up 2: dropped: loss", "flow 1 up 5: dropped: loss");
    assertThat(count(packets, "clients", "inbound") - 2)
        .isEqualTo(count(packets, "server", "outbound"));
    assertThat(count(packets, "clients", "outbound"))
        .isEqualTo(count(packets, "server", "inbound"));
  }

  private static long count(List<Packet> packets, String on, String way) {
    return packets.stream().filter(p -> p.on().equals(on) && p.way().equals(way)).count();
  }

  @Test
  void shouldRefuseAFileThatCannotBeWritten() throws IOException {
    String nowhere = directory.resolve("no/such/trace").toString();
    Result result = JarProcess.lossyProxy().run("0", "127.0.0.1:9", "--trace", nowhere);

    assertThat(result.exitCode()).isEqualTo(73);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .containsExactly(
            "lossy-proxy: cannot write to '" + nowhere + "': no such file or directory");
  }

  @Test
  void shouldGoOnForwardingWhenTheDiskIsFull() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
    Result proxy = upload("--trace", "/dev/full");

    assertThat(proxy.exitCode()).as("%s", proxy).isZero();
    assertThat(proxy.err())
        .containsExactly(
            "lossy-proxy: cannot write '/dev/full': No space left on device;"
                + " going on without it");
  }
}
