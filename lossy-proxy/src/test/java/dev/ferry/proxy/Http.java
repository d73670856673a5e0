package dev.ferry.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;

/** Speaks HTTP by hand, so that every header can be wrong. */
final class Http {
  private static final int TIMEOUT_MS = 30_000;

  private final int port;

  /**
   * Speaks to a server on this machine.
   *
   * @param url of its root
   */
  Http(String url) {
    this.port = URI.create(url).getPort();
  }

  /**
   * What came back.
   *
   * @param headers the lines, without the status
   */
  record Reply(int status, List<String> headers, String body) {
    String header(String name) {
      return headers.stream()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .reduce((a, b) -> a + ", " + b)
          .orElse("");
    }
  }

  /** The authority under which a browser would ask. */
  String host() {
    return "127.0.0.1:" + port;
  }

  Reply get(String path) throws IOException {
    return send("GET", path, "");
  }

  /** Sends a request as curl would. */
  Reply send(String method, String path, String body, String... headers) throws IOException {
    return sendTo(host(), method, path, body, headers);
  }

  /** Sends a request to another name. */
  Reply sendTo(String host, String method, String path, String body, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    request.append("Host: ").append(host).append("\r\n");
    Arrays.stream(headers).forEach(header -> request.append(header).append("\r\n"));
    request.append("Content-Length: ").append(body.getBytes(UTF_8).length).append("\r\n");
    request.append("Connection: close\r\n\r\n").append(body);
    return exchange(request.toString());
  }

  private Reply exchange(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(request.getBytes(UTF_8));
      String reply = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int split = reply.indexOf("\r\n\r\n");
      if (split < 0) {
        throw new EOFException("no answer");
      }
      List<String> lines = List.of(reply.substring(0, split).split("\r\n", -1));
      int status = Integer.parseInt(lines.get(0).split(" ", -1)[1]);
      return new Reply(status, lines.subList(1, lines.size()), reply.substring(split + 4));
    }
  }
}
