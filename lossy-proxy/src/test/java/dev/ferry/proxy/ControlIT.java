package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.proxy.Http.Reply;
import dev.ferry.testkit.process.JarProcess;
import dev.ferry.testkit.process.JarProcess.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Controls the real proxy. */
class ControlIT {
  private static final int STALLED = 60;
  private static final String STALLS =
      "POST /api/blackhole HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\no";

  private static final String CONTROL = "^control on (http://127\\.0\\.0\\.1:\\d+/)$";

  @Test
  void shouldBeSteeredWhileItRuns() throws IOException {
    try (JarProcess proxy =
        JarProcess.lossyProxy()
            .start("0", "127.0.0.1:9", "--loss", "10%", "--seed", "3", "--control", "0")) {
      Http http = new Http(proxy.out().await(CONTROL).group(1));
      assertThat(http.get("/api/state").body())
          .contains("\"seed\":3,", "\"up\":{\"impairments\":{\"loss\":\"10%\"}");

      Reply changed = http.send("PATCH", "/api/impairments/up", "preset=lte");
      assertThat(changed.status()).isEqualTo(200);
      assertThat(http.get("/api/impairments/up").body()).contains("delay=25ms");
      assertThat(http.get("/api/impairments/down").body()).isEqualTo("loss=10%\n");
      assertThat(http.get("/metrics").body()).contains("ferry_proxy_flows 0\n");
      assertThat(http.get("/").body()).contains("<title>Lossy proxy</title>");

      proxy.signal("TERM");
      assertThat(proxy.await().exitCode()).isZero();
    }
  }

  /** Almost as many as there are places, each of which waits for the rest of what it announced. */
  @Test
  void shouldAnswerBesideRequestsThatStall() throws IOException {
    List<Socket> stalled = new ArrayList<>();
    try (JarProcess proxy =
        JarProcess.lossyProxy().jvm("-Xmx64m").start("0", "127.0.0.1:9", "--control", "0")) {
      String url = proxy.out().await(CONTROL).group(1);
      for (int i = 0; i < STALLED; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(url).getPort());
        stalled.add(socket);
        socket.getOutputStream().write(STALLS.getBytes(US_ASCII));
      }
      Http http = new Http(url);
      assertThat(http.get("/api/state").body()).contains("\"blackhole\":false");
      assertThat(http.send("PATCH", "/api/impairments/up", "loss=1%").status()).isEqualTo(200);

      proxy.signal("TERM");
      assertThat(proxy.await().exitCode()).isZero();
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void shouldSayForProgramsWhereItIsControlled() throws IOException {
    try (JarProcess proxy =
        JarProcess.lossyProxy().start("0", "127.0.0.1:9", "--json", "--control", "0")) {
      String url =
          proxy
              .out()
              .await(
                  "^\\{\"schema\":\"ferry.lossy-proxy.v1\",\"event\":\"control\","
                      + "\"time\":\"[^\"]+\",\"url\":\"(http://127\\.0\\.0\\.1:\\d+/)\"\\}$")
              .group(1);
      assertThat(new Http(url).get("/api").status()).isEqualTo(200);
    }
  }

  @Test
  void shouldNotListenUnlessAskedTo() throws IOException {
    try (JarProcess proxy = JarProcess.lossyProxy().start("0", "127.0.0.1:9")) {
      proxy.out().await("^listening on");
      proxy.signal("TERM");
      assertThat(proxy.await().out()).noneMatch(line -> line.contains("http"));
    }
  }

  @Test
  void shouldSayIfItCannotListen() throws IOException {
    byte[] loopback = {127, 0, 0, 1};
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
      String port = String.valueOf(taken.getLocalPort());
      Result result = JarProcess.lossyProxy().run("0", "127.0.0.1:9", "--control", port);
      assertThat(result.exitCode()).isEqualTo(78);
      assertThat(result.err()).singleElement().asString().contains("port " + port);
      assertThat(result.out()).isEmpty();
    }
  }

  @Test
  void shouldTurnDownWhatIsNoPort() throws IOException {
    for (String port : new String[] {"65536", "-1", "http"}) {
      Result result = JarProcess.lossyProxy().run("0", "127.0.0.1:9", "--control", port);
      assertThat(result.exitCode()).as(port).isEqualTo(64);
      assertThat(result.err().get(0)).contains("--control");
    }
  }
}
