package dev.ferry.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.regex.Pattern;

/**
 * A man in the middle who takes the offer of Ferry mode out of lab starts, and changes the content
 * that is sent in the clear then: {@code StrippingRelay PORT SERVER SERVERS_PORT}, until it is
 * ended. A program of its own, because it runs in another network namespace than the test.
 */
final class StrippingRelay {
  private static final int MAX_BYTES = 65_507;
  private static final Pattern PADDED = Pattern.compile("\\b0+([1-9][0-9]*)$");

  private StrippingRelay() {}

  public static void main(String[] arguments) throws IOException {
    InetAddress here = InetAddress.getByName(arguments[1]);
    InetSocketAddress server = new InetSocketAddress(here, Integer.parseInt(arguments[2]));
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(here, Integer.parseInt(arguments[0])))) {
      System.out.println("listening");
      SocketAddress client = null;
      DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
      while (true) {
        packet.setLength(MAX_BYTES);
        socket.receive(packet);
        if (packet.getSocketAddress().equals(server)) {
          packet.setSocketAddress(client);
          socket.send(packet);
        } else {
          client = packet.getSocketAddress();
          String said = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
          byte[] changed = changed(said).getBytes(ISO_8859_1);
          socket.send(new DatagramPacket(changed, changed.length, server));
        }
      }
    }
  }

  private static String changed(String said) {
    return said.startsWith("s |")
        ? PADDED.matcher(said).replaceFirst("$1")
        : said.replace("100 euros", "999 euros");
  }
}
