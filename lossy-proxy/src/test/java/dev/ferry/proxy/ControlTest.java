package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.netsim.Selection;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.proxy.Http.Reply;
import dev.ferry.proxy.control.ControlServer;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steers an engine over HTTP. */
class ControlTest {
  private static final ImpairmentSpec NONE = ImpairmentSpec.NONE;

  private final ProxyEngine engine = new ProxyEngine(NONE, NONE, 7, 10, Nanos.SECOND);
  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private ControlServer server;
  private Http http;

  @BeforeEach
  void start() throws IOException {
    ControlledEngine controlled =
        new ControlledEngine(engine, "127.0.0.1:12301", "host:12300", 7, nowhere(), () -> 0);
    server = ControlServer.start(0, controlled, loop);
    http = new Http(server.url());
  }

  @AfterEach
  void stop() {
    server.close();
    loop.shutdownNow();
  }

  /** No addresses for clients that move. */
  private static SourceAddresses nowhere() throws IOException {
    byte[] elsewhere = {(byte) 192, 0, 2, 1};
    return new SourceAddresses(List.of(), InetAddress.getByAddress(elsewhere));
  }

  private static ImpairmentSpec loss(double probability) {
    return NONE.withLoss(Selection.share(probability));
  }

  private void assertSpecs(ImpairmentSpec up, ImpairmentSpec down) {
    assertThat(engine.spec(Direction.UP)).isEqualTo(up);
    assertThat(engine.spec(Direction.DOWN)).isEqualTo(down);
  }

  /** Lets a datagram in and out again. */
  private void pass(Direction direction, int bytes) {
    InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
    Flow known = engine.flow(client);
    Flow flow = known == null ? engine.open(client, 0) : known;
    engine.handle(flow, direction, ByteBuffer.allocate(bytes), 0);
    engine.poll(0);
  }

  @Test
  void shouldTellItsState() throws IOException {
    engine.reconfigure(
        loss(0.1).withDelay(50 * Nanos.MILLISECOND, NONE.jitter()), NONE.withMtu(50));
    pass(Direction.UP, 100);
    pass(Direction.DOWN, 100);

    Reply reply = http.get("/api/state");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/json");
    assertThat(reply.body())
        .isEqualToIgnoringNewLines(
            """
            {"schema":"ferry.lossy-proxy.state.v1","listening":"127.0.0.1:12301",\
            "server":"host:12300","seed":7,"up_ms":0,"paused":false,"blackhole":false,\
            "flows":1,"queued":1,\
            "up":{"impairments":{"loss":"10%","delay":"50ms"},"received":1,"received_bytes":100,\
            "sent":0,\
            "dropped":{"loss":0,"queue":0,"mtu":0,"blackhole":0,"overflow":0},\
            "impaired":{"duplicated":0,"replayed":0,"reordered":0,"corrupted":0,"truncated":0}},\
            "down":{"impairments":{"mtu":"50"},"received":1,"received_bytes":100,"sent":0,\
            "dropped":{"loss":0,"queue":0,"mtu":1,"blackhole":0,"overflow":0},\
            "impaired":{"duplicated":0,"replayed":0,"reordered":0,"corrupted":0,"truncated":0}}}
            """);
  }

  @Test
  void shouldChangeSomeImpairments() throws IOException {
    engine.reconfigure(loss(0.1).withDuplicate(Selection.share(0.5)), loss(0.1));
    Reply reply = http.send("PATCH", "/api/impairments/up", "loss=25%,replay=1%");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).contains("\"up\":{\"impairments\":{\"loss\":\"25%\"");
    assertSpecs(
        loss(0.25).withDuplicate(Selection.share(0.5)).withReplay(Selection.share(0.01)),
        loss(0.1));

    http.send("PATCH", "/api/impairments/down", "loss=0%");
    assertSpecs(
        loss(0.25).withDuplicate(Selection.share(0.5)).withReplay(Selection.share(0.01)), NONE);

    http.send("PATCH", "/api/impairments/both", "loss=3%");
    assertSpecs(
        loss(0.03).withDuplicate(Selection.share(0.5)).withReplay(Selection.share(0.01)),
        loss(0.03));
  }

  @Test
  void shouldTakeImpairmentsAway() throws IOException {
    http.send("PUT", "/api/impairments/both", "rate=10mbit,mtu=1400,loss=5%");
    Reply reply = http.send("PATCH", "/api/impairments/both", "rate=none,mtu=none,duplicate=50%");

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertSpecs(
        loss(0.05).withDuplicate(Selection.share(0.5)),
        loss(0.05).withDuplicate(Selection.share(0.5)));
  }

  @Test
  void shouldReplaceImpairments() throws IOException {
    engine.reconfigure(loss(0.1).withDuplicate(Selection.share(0.5)), loss(0.1));
    http.send("PUT", "/api/impairments/up", "loss=25%\n");
    assertSpecs(loss(0.25), loss(0.1));

    http.send("PUT", "/api/impairments/both", "");
    assertSpecs(NONE, NONE);
  }

  @Test
  void shouldShowImpairmentsAsTheTextThatMakesThem() throws IOException {
    http.send("PUT", "/api/impairments/up", "loss=12.5%,delay=50ms,rate=5mbit");
    ImpairmentSpec up = engine.spec(Direction.UP);
    String text = http.get("/api/impairments/up").body();
    http.send("PUT", "/api/impairments/down", text);

    assertSpecs(up, up);
    assertThat(up).isNotEqualTo(NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "PATCH, loss=150%, loss",
    "PATCH, 'delay=50ms,loss=150%', loss",
    "PATCH, nonsense, NAME=VALUE",
    "PATCH, '', NAME=VALUE",
    "PATCH, colour=red, colour",
    "PATCH, rate=@/dev/zero, command line",
    "PATCH, jitter=5ms:@/dev/zero, command line",
    "PUT, rate=@/dev/zero, command line",
    "PATCH, rebind=5s:address, --rebind-addresses",
    "PATCH, delay=5, unit",
    "PUT, loss=150%, loss"
  })
  void shouldSayWhatIsWrongAndChangeNothing(String method, String body, String expected)
      throws IOException {
    engine.reconfigure(loss(0.1), NONE);
    for (String which : new String[] {"up", "both"}) {
      Reply reply = http.send(method, "/api/impairments/" + which, body);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.header("Content-Type")).startsWith("text/plain");
      assertThat(reply.body()).contains(expected).endsWith("\n");
      assertSpecs(loss(0.1), NONE);
    }
  }

  @Test
  void shouldPauseAndResume() throws IOException {
    assertThat(http.send("POST", "/api/pause", "").body()).contains("\"paused\":true");
    assertThat(engine.isPaused()).isTrue();
    assertThat(http.send("POST", "/api/resume", "").body()).contains("\"paused\":false");
    assertThat(engine.isPaused()).isFalse();
  }

  @Test
  void shouldBecomeABlackholeAndBack() throws IOException {
    assertThat(http.send("POST", "/api/blackhole", "on").body()).contains("\"blackhole\":true");
    assertThat(engine.isBlackhole()).isTrue();
    assertThat(http.send("POST", "/api/blackhole", "perhaps").status()).isEqualTo(400);
    assertThat(engine.isBlackhole()).isTrue();
    assertThat(http.send("POST", "/api/blackhole", "off").body()).contains("\"blackhole\":false");
    assertThat(engine.isBlackhole()).isFalse();
  }

  @Test
  void shouldLetCountersBeginAgain() throws IOException {
    pass(Direction.UP, 1);
    assertThat(http.send("POST", "/api/reset", "").status()).isEqualTo(200);
    assertThat(engine.counters(Direction.UP).received()).isZero();
  }

  @Test
  void shouldShowMetricsToPrometheus() throws IOException {
    engine.reconfigure(loss(1), NONE.withDuplicate(Selection.share(1)));
    pass(Direction.UP, 100);
    pass(Direction.DOWN, 40);
    engine.setPaused(true);

    Reply reply = http.get("/metrics");

    assertThat(reply.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(reply.body().lines())
        .contains(
            "# TYPE ferry_proxy_received_datagrams_total counter",
            "ferry_proxy_received_datagrams_total{direction=\"up\"} 1",
            "ferry_proxy_received_bytes_total{direction=\"up\"} 100",
            "ferry_proxy_received_bytes_total{direction=\"down\"} 40",
            "ferry_proxy_sent_datagrams_total{direction=\"up\"} 0",
            "ferry_proxy_sent_datagrams_total{direction=\"down\"} 1",
            "ferry_proxy_dropped_datagrams_total{direction=\"up\",reason=\"loss\"} 1",
            "ferry_proxy_dropped_datagrams_total{direction=\"down\",reason=\"loss\"} 0",
            "ferry_proxy_impaired_datagrams_total{direction=\"down\",by=\"duplicated\"} 1",
            "# TYPE ferry_proxy_flows gauge",
            "ferry_proxy_flows 1",
            "ferry_proxy_queued_datagrams 1",
            "ferry_proxy_paused 1",
            "ferry_proxy_blackhole 0");
  }

  /** By the grammar of the format: one HELP and TYPE for each name, before all of its samples. */
  @Test
  void shouldKeepToTheFormatOfPrometheus() throws IOException {
    String sample = "([a-z_]+)(\\{[a-z]+=\"[a-z]+\"(,[a-z]+=\"[a-z]+\")*\\})? [0-9]+";
    String name = "";
    Set<String> seen = new HashSet<>();
    for (String line : http.get("/metrics").body().split("\n", -1)) {
      if (line.startsWith("# HELP ")) {
        name = line.split(" ", -1)[2];
        assertThat(seen.add("# " + name)).as(line).isTrue();
      } else if (line.startsWith("# TYPE ")) {
        assertThat(line).matches("# TYPE " + name + " (counter|gauge)");
        assertThat(name.endsWith("_total")).as(line).isEqualTo(line.endsWith("counter"));
      } else if (!line.isEmpty()) {
        assertThat(line).matches(sample).startsWith(name);
        assertThat(seen.add(line.replaceFirst(" [0-9]+$", ""))).as(line).isTrue();
      }
    }
    assertThat(seen).hasSizeGreaterThan(30);
  }

  @Test
  void shouldListWhatThereIs() throws IOException {
    assertThat(http.get("/api").body())
        .contains("/api/state", "/api/impairments/", "/api/pause", "/api/blackhole", "/metrics");
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/control.css, text/css; charset=utf-8",
    "/control.js, text/javascript; charset=utf-8",
    "/icon.svg, image/svg+xml"
  })
  void shouldServeThePageWithoutAnythingFromElsewhere(String path, String type) throws IOException {
    Reply reply = http.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo(type);
    assertThat(reply.body().replace("http://www.w3.org/2000/svg", "")).doesNotContain("//");
  }

  @Test
  void shouldNameThePresets() throws IOException {
    assertThat(http.get("/api/presets").body().lines()).contains("wifi", "interop-goodput");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/state, GET",
    "GET, /api/pause, POST",
    "POST, /api/impairments/up, 'GET, PATCH, PUT'",
    "GET, /api/impairments/both, 'PATCH, PUT'",
    "OPTIONS, /api/state, GET",
    "TRACE, /api/state, GET",
    "PATCH, /api/blackhole, POST",
  })
  void shouldTurnDownWrongMethods(String method, String path, String allowed) throws IOException {
    Reply reply = http.send(method, path, "");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow").split(", ", -1))
        .containsExactlyInAnyOrder(allowed.split(", ", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/api/",
        "/api/state/",
        "/api/impairments/sideways",
        "/../../etc/passwd",
        "/%2e%2e/api",
        "/control/../api"
      })
  void shouldNotKnowOtherPaths(String path) throws IOException {
    assertThat(http.get(path).status()).isEqualTo(404);
  }

  @Test
  void shouldTurnDownLongBodies() throws IOException {
    String limit = "loss=10%," + "delay=50ms,".repeat(2000);
    String longest = limit.substring(0, 16 << 10);
    assertThat(http.send("PATCH", "/api/impairments/up", longest).status()).isEqualTo(400);
    assertThat(http.send("PATCH", "/api/impairments/up", longest + "x").status()).isEqualTo(413);
    assertSpecs(NONE, NONE);
  }

  @Test
  void shouldAnswerHeadLikeGetWithoutContent() throws IOException {
    Reply reply = http.send("HEAD", "/api/state", "");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  /** A site may let its name resolve to 127.0.0.1, and then is the same origin to a browser. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "0.0.0.0",
        "192.0.2.1",
        "[::2]",
        "localhost:",
        "localhost\r\nHost: evil.example",
        ""
      })
  void shouldAnswerUnderItsOwnNameOnly(String host) throws IOException {
    for (String method : new String[] {"GET", "POST"}) {
      Reply reply = http.sendTo(host, method, "/api/pause", "");
      assertThat(reply.status()).isBetween(400, 403);
      assertThat(engine.isPaused()).isFalse();
    }
    assertThat(http.sendTo(host, "GET", "/api/state", "").body()).doesNotContain("schema");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:9000", "[::1]"})
  void shouldAnswerUnderAnyNameOfThisMachine(String host) throws IOException {
    assertThat(http.sendTo(host, "GET", "/api/state", "").status()).isEqualTo(200);
    Reply reply = http.sendTo(host, "POST", "/api/pause", "", "Origin: http://" + host);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(engine.isPaused()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1",
        "Origin: http://localhost:3000",
        "Origin: ",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site"
      })
  void shouldNotBeChangedByPagesOfOthers(String header) throws IOException {
    String[][] requests = {
      {"POST", "/api/pause", ""},
      {"POST", "/api/blackhole", "on"},
      {"PUT", "/api/impairments/both", "loss=100%"},
      {"PATCH", "/api/impairments/both", "loss=100%"},
    };
    for (String[] request : requests) {
      Reply reply = http.send(request[0], request[1], request[2], header);
      assertThat(reply.status()).as(request[1]).isEqualTo(403);
    }
    assertThat(engine.isPaused()).isFalse();
    assertThat(engine.isBlackhole()).isFalse();
    assertSpecs(NONE, NONE);
  }

  @Test
  void shouldBeChangedByItsOwnPage() throws IOException {
    String own = "Origin: http://" + http.host();
    Reply reply = http.send("POST", "/api/pause", "", own, "Sec-Fetch-Site: same-origin");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(engine.isPaused()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/state", "/api", "/nothing", "/api/pause"})
  void shouldLetNoOtherPageReadAnything(String path) throws IOException {
    Reply reply = http.send("GET", path, "", "Origin: http://evil.example");
    assertThat(reply.headers()).noneMatch(line -> line.startsWith("Access-Control"));
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    assertThat(reply.header("Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
  }

  /** Some that say what they want and not how, some that do not even say that. */
  @Test
  @Timeout(60)
  void shouldAnswerBesideRequestsThatStall() throws IOException {
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort());
        stalled.add(socket);
        String head = "POST /api/blackhole HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n";
        socket.getOutputStream().write((i % 2 == 0 ? head + "\r\no" : head).getBytes(US_ASCII));
      }
      assertThat(http.get("/api/state").status()).isEqualTo(200);
      for (Socket socket : stalled) {
        assertThat(isClosedByPeer(socket)).as("its time is over").isTrue();
      }
      assertThat(http.get("/api/state").body()).contains("\"blackhole\":false");
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  /** A place for each connection that there may be, and none of them reads. */
  private List<Socket> whoNeverRead(int requests) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    byte[] request = "GET /control.js HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);
    for (int i = 0; i < 64; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      socket.setReceiveBufferSize(4096);
      socket.connect(
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort()));
      for (int j = 0; j < requests; j++) {
        socket.getOutputStream().write(request);
      }
    }
    return sockets;
  }

  /**
   * With one request the answer fits into the buffers, and the connection then waits for another
   * request; with hundreds it does not, and the answer waits for its reader.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 600})
  @Timeout(25)
  void shouldAnswerBesideClientsThatNeverRead(int requests) throws IOException {
    List<Socket> stalled = whoNeverRead(requests);
    try {
      int status = 0;
      while (status == 0) {
        try {
          status = http.get("/api/state").status();
        } catch (IOException e) {
          // All places are taken: closed at once.
        }
      }
      assertThat(status).isEqualTo(200);
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  private static boolean isClosedByPeer(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
