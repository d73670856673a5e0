package dev.ferry.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.awaitility.Awaitility;

/**
 * A port whose server is busy elsewhere: clients connect, send and leave, and only when all has
 * arrived does the server get to see the connection.
 */
final class LateListener extends ServerSocket {
  private final int expectedBytes;

  LateListener(int expectedBytes) throws IOException {
    super(0, 50, InetAddress.getLoopbackAddress());
    this.expectedBytes = expectedBytes;
  }

  @Override
  public Socket accept() throws IOException {
    Socket client = super.accept();
    Awaitility.await("all that was sent")
        .pollInterval(Duration.ofMillis(1))
        .until(() -> client.getInputStream().available() == expectedBytes);
    return client;
  }
}
