package dev.ferry.examples.buffered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.HostPort;
import dev.ferry.examples.Output;
import dev.ferry.examples.buffered.BufferedClient.Reply;
import dev.ferry.examples.support.Tcp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BufferedTest {
  private static final int BUFFER_BYTES = 64;
  private static final Reply NONE = new Reply("", false);

  private final Output output = new Output();
  private final List<BufferedClient> clients = new ArrayList<>();
  private int port;
  private BufferedServer server;
  private CompletableFuture<Void> running;

  @BeforeEach
  void startServer() throws IOException {
    start(BUFFER_BYTES);
  }

  private void start(int bufferBytes) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    port = listener.getLocalPort();
    server = new BufferedServer(listener, bufferBytes, output.stream());
    running = CompletableFuture.runAsync(server::start);
  }

  @AfterEach
  void stopAll() throws IOException {
    for (BufferedClient client : clients) {
      client.shutdown();
    }
    stopServer();
  }

  private void stopServer() throws IOException {
    server.shutdown();
    running.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private BufferedClient connect(int bufferBytes) throws Exception {
    BufferedClient client =
        new BufferedClient(Tcp.connect(new HostPort("127.0.0.1", port)), bufferBytes);
    clients.add(client);
    return client;
  }

  /** Digits, so that a byte too much or too little shows. */
  private static String message(int length) {
    StringBuilder digits = new StringBuilder();
    IntStream.range(0, length).forEach(i -> digits.append(i % 7));
    return digits.toString();
  }

  private static Reply rest(String message) {
    return new Reply(message.substring(10), true);
  }

  @ParameterizedTest(name = "{0} characters")
  @ValueSource(
      ints = {20, BUFFER_BYTES - 4, BUFFER_BYTES, BUFFER_BYTES + 6, 5 * BUFFER_BYTES, 100_000})
  void shouldReturnMessagesShorterAndLongerThanTheBuffer(int length) throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    assertThat(client.sendMessage(message(length))).isTrue();
    assertThat(client.receiveMessage()).isEqualTo(rest(message(length)));
  }

  @Test
  void shouldReturnNothingOfTenCharactersAndOfFewer() throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    for (String message : List.of("", "short", "0123456789")) {
      client.sendMessage(message);
      assertThat(client.receiveMessage()).isEqualTo(new Reply("", true));
    }
  }

  @Test
  void shouldReturnThreeMessagesOneAfterAnother() throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    for (int length : List.of(20, BUFFER_BYTES + 6, 5 * BUFFER_BYTES)) {
      client.sendMessage(message(length));
      assertThat(client.receiveMessage()).isEqualTo(rest(message(length)));
    }
  }

  @Test
  void shouldReturnThreeMessagesThatWereSentBeforeTheFirstWasReceived() throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    List<Integer> lengths = List.of(20, BUFFER_BYTES + 6, 5 * BUFFER_BYTES);
    lengths.forEach(length -> client.sendMessage(message(length)));
    for (int length : lengths) {
      assertThat(client.receiveMessage()).isEqualTo(rest(message(length)));
    }
  }

  @Test
  void shouldFailToReceiveOnceTheServerHasShutDown() throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    client.sendMessage(message(20));
    assertThat(client.receiveMessage().success()).isTrue();
    stopServer();
    for (int i = 0; i < 3; i++) {
      client.sendMessage(message(20));
      assertThat(client.receiveMessage()).isEqualTo(NONE);
    }
  }

  @Test
  void shouldNoticeInTheEndThatNobodyTakesWhatIsSent() throws Exception {
    BufferedClient client = connect(BUFFER_BYTES);
    client.sendMessage(message(20));
    assertThat(client.receiveMessage().success()).isTrue();
    stopServer();
    while (client.sendMessage(message(1000))) {
      // The first ones are still taken by the system.
    }
    assertThat(client.receiveMessage()).isEqualTo(NONE);
  }

  @Test
  void shouldServeANewClientWhenOneHasLeft() throws Exception {
    for (int i = 0; i < 3; i++) {
      BufferedClient client = connect(BUFFER_BYTES);
      client.sendMessage(message(30 + i));
      assertThat(client.receiveMessage()).isEqualTo(rest(message(30 + i)));
      client.shutdown();
    }
    output.await("the client has left", 3);
  }

  @Test
  void shouldServeANewClientWhenOneIsGoneWithinAMessage() throws Exception {
    try (Socket socket = Tcp.connect(new HostPort("127.0.0.1", port))) {
      socket.getOutputStream().write(new byte[] {0, 0, 0, 9, 'h', 'a', 'l'});
    }
    try (Socket socket = Tcp.connect(new HostPort("127.0.0.1", port))) {
      socket.getOutputStream().write(new byte[] {-1, -1, -1, -1});
      assertThat(socket.getInputStream().read()).as("hangs up").isNegative();
    }
    BufferedClient client = connect(BUFFER_BYTES);
    client.sendMessage(message(30));
    assertThat(client.receiveMessage()).isEqualTo(rest(message(30)));
    assertThat(output.after("the client is lost: "))
        .containsExactly(
            "java.io.EOFException: the connection was closed within a message",
            "dev.ferry.framing.MessageFormatException:"
                + " a frame of 4294967295 bytes; at most 1048576 are taken");
  }

  /** Characters of one to four bytes; buffers that end within each of them. */
  @ParameterizedTest(name = "buffers of {0}")
  @ValueSource(ints = {1, 2, 3, 5, 7, 64})
  void shouldNotTearCharacters(int bufferBytes) throws Exception {
    stopServer();
    start(bufferBytes);
    BufferedClient client = connect(bufferBytes);
    String start = "aä€🚢aä€🚢a🚢";
    for (String rest : List.of("", "ä", "🚢", "aä€🚢".repeat(30))) {
      client.sendMessage(start + rest);
      assertThat(client.receiveMessage()).isEqualTo(new Reply(rest, true));
    }
  }

  @Test
  void shouldShutDownWithAndWithoutAClientAndBeforeItHasStarted() throws Exception {
    stopServer();
    running = CompletableFuture.runAsync(server::start);
    running.join();
    start(BUFFER_BYTES);
    connect(BUFFER_BYTES);
    output.await("a client has come", 1);
    stopServer();
    assertThat(output.text()).doesNotContain("lost");
  }
}
