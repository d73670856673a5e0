package dev.ferry.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ferry.cli.HostPort;
import dev.ferry.cli.TimeSpan;
import dev.ferry.examples.delimiter.DelimiterClient;
import dev.ferry.examples.delimiter.DelimiterServer;
import dev.ferry.examples.naive.NaiveClient;
import dev.ferry.examples.naive.NaiveServer;
import dev.ferry.examples.support.Pause;
import dev.ferry.examples.support.Rounds;
import dev.ferry.examples.support.Tcp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The naive programs glue and tear messages, and those with a delimiter do not. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RoundsTest {
  private static final String GLUED = String.join("", Rounds.MESSAGES);

  /** With a delimiter for each message, and an escape for one. */
  private static final int FRAMED_BYTES = GLUED.length() + Rounds.MESSAGES.size() + 1;

  private static final List<String> WHOLE =
      Rounds.MESSAGES.stream().map(RoundsTest::shown).toList();

  private final Output server = new Output();
  private final Output client = new Output();

  private static String shown(String message) {
    return message.length() + " bytes '" + message.replace("\n", "\\u000a") + "'";
  }

  @Test
  void shouldGlueWhatIsSentWithoutAPause() throws Exception {
    try (LateListener listener = new LateListener(GLUED.length())) {
      NaiveClient.run(List.of("127.0.0.1:" + listener.getLocalPort(), "0s"), client.stream());
      Tcp.serveNext(listener, new NaiveServer(1024, server.stream()), server.stream());
    }
    List<String> reads = server.after("read ");
    assertThat(reads).hasSize(1);
    assertThat(reads.get(0))
        .startsWith(GLUED.length() + " bytes 'This is message 1.This is message 2.This");
    assertThat(client.text()).isEqualTo("sent 5 messages with an interval of 0s\n");
  }

  @Test
  void shouldTearWhatIsLongerThanTheBuffer() throws Exception {
    try (LateListener listener = new LateListener(GLUED.length())) {
      NaiveClient.run(List.of("127.0.0.1:" + listener.getLocalPort(), "0s"), client.stream());
      Tcp.serveNext(listener, new NaiveServer(10, server.stream()), server.stream());
    }
    assertThat(server.after("read "))
        .hasSize((GLUED.length() + 9) / 10)
        .startsWith("10 bytes 'This is me'", "10 bytes 'ssage 1.Th'")
        .doesNotContainAnyElementsOf(WHOLE);
  }

  /** What makes the naive programs look right. */
  @Test
  void shouldReadMessagesAsTheyWereSentIfTheSenderWaitsLongEnough() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served = serve(listener, new NaiveServer(1024, server.stream()));
      Pause longEnough = new UntilPrinted();
      Rounds.send(
          new HostPort("127.0.0.1", listener.getLocalPort()),
          List.of(new TimeSpan(1)),
          longEnough,
          NaiveClient::write,
          client.stream());
      served.join();
    }
    assertThat(server.after("read ")).isEqualTo(WHOLE);
  }

  /** Lets time pass until the server has printed one more read. */
  private final class UntilPrinted implements Pause {
    private int messages;

    @Override
    public void await(long nanos) {
      messages++;
      server.await("read ", messages);
    }
  }

  private CompletableFuture<Void> serve(ServerSocket listener, Tcp.Service service) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            Tcp.serveNext(listener, service, server.stream());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 19, 20, 1024})
  void shouldKeepDelimitedMessagesWholeHoweverTheyAreRead(int bufferBytes) throws Exception {
    try (LateListener listener = new LateListener(FRAMED_BYTES)) {
      DelimiterClient.run(List.of("127.0.0.1:" + listener.getLocalPort(), "0s"), client.stream());
      Tcp.serveNext(listener, new DelimiterServer(bufferBytes, server.stream()), server.stream());
    }
    assertThat(server.after("message of ")).isEqualTo(WHOLE);
    assertThat(server.after("read ")).hasSize((FRAMED_BYTES + bufferBytes - 1) / bufferBytes);
    assertThat(server.text()).doesNotContain("cut off");
  }

  @Test
  void shouldSendOneRoundAfterAnother() throws Exception {
    try (LateListener listener = new LateListener(FRAMED_BYTES)) {
      String address = "127.0.0.1:" + listener.getLocalPort();
      DelimiterClient.run(List.of(address, "1ms", "1us", "0s"), client.stream());
      for (int round = 0; round < 3; round++) {
        Tcp.serveNext(listener, new DelimiterServer(7, server.stream()), server.stream());
      }
    }
    assertThat(client.after("interval of ")).containsExactly("1ms", "1000ns", "0s");
    assertThat(server.after("message of ")).hasSize(15).startsWith(WHOLE.toArray(String[]::new));
    assertThat(server.after("the client has ")).containsExactly("left", "left", "left");
  }

  @Test
  void shouldSayThatTheLastMessageIsCutOff() throws Exception {
    byte[] bytes = "whole\nnot whole".getBytes(UTF_8);
    try (LateListener listener = new LateListener(bytes.length)) {
      try (Socket socket = Tcp.connect(new HostPort("127.0.0.1", listener.getLocalPort()))) {
        socket.getOutputStream().write(bytes);
      }
      Tcp.serveNext(listener, new DelimiterServer(1024, server.stream()), server.stream());
    }
    assertThat(server.after("message ")).containsExactly("of 5 bytes 'whole'", "is cut off");
  }
}
