package dev.ferry.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A foreign server: takes one file, and nothing that is no message of the lab. */
final class LabServer implements AutoCloseable {
  private final DatagramSocket socket;
  private final CompletableFuture<Void> end;
  final ByteArrayOutputStream content = new ByteArrayOutputStream();
  final Set<Integer> labPorts = new HashSet<>();
  final Set<Integer> otherPorts = new HashSet<>();

  LabServer(DatagramSocket socket) {
    this.socket = socket;
    this.end = CompletableFuture.runAsync(this::serve);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    try {
      while (true) {
        packet.setLength(2048);
        socket.receive(packet);
        answer(packet);
      }
    } catch (SocketException e) {
      // Closed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(DatagramPacket packet) throws IOException {
    String message = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    String[] fields = message.split(" \\| ", 3);
    if (fields.length < 3) {
      otherPorts.add(packet.getPort());
      return;
    }
    labPorts.add(packet.getPort());
    long next = Long.parseLong(fields[1]) + 1;
    String reply = "a | " + next + (fields[0].equals("s") ? " | 1472" : "");
    if (fields[0].equals("d")) {
      content.writeBytes(fields[2].getBytes(ISO_8859_1));
    }
    byte[] bytes = reply.getBytes(ISO_8859_1);
    socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
  }

  @Override
  public void close() {
    socket.close();
    end.join();
  }
}
