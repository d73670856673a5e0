package dev.ferry.client;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends lab starts from 40 addresses of this machine, of which the network does not know where they
 * are, some hundred a second until it is ended: {@code StartsFromNowhere SERVER PORT}. A program of
 * its own, because it runs in another network namespace than the test.
 */
final class StartsFromNowhere {
  private static final int FIRST = 20;
  private static final int ADDRESSES = 40;
  private static final long INTERVAL_NS = 2_000_000;

  private StartsFromNowhere() {}

  public static void main(String[] arguments) throws IOException {
    InetSocketAddress server = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    byte[] start = "s | 0 | a file | 5".getBytes(StandardCharsets.US_ASCII);
    List<DatagramSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < ADDRESSES; i++) {
        sockets.add(new DatagramSocket(new InetSocketAddress("10.9.1." + (FIRST + i), 0)));
      }
      for (int i = 0; true; i = (i + 1) % ADDRESSES) {
        sockets.get(i).send(new DatagramPacket(start, start.length, server));
        LockSupport.parkNanos(INTERVAL_NS);
      }
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
  }
}
