package dev.ferry.testkit.process;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A network of the test's own between a client and a server: a script sees every datagram before it
 * is passed on, and may change it, drop it, or break off the connection by closing the relay.
 */
public final class Relay implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 << 20;
  private static final int RECEIVE_BYTES = 65_535;
  private static final int LOWEST_PORT = 20_000;

  /** Where the ports begin that Linux gives to those who do not ask for one. */
  private static final int EPHEMERAL_PORTS = 32_768;

  private static final int MAX_TRIES = 100;
  private static final int MAX_PAUSES = 2000;
  private static final long PAUSE_NS = 10_000_000;

  /** Where a datagram goes. */
  public enum Way {
    UP,
    DOWN
  }

  /** What happens to a datagram. Called by one thread for each way. */
  @FunctionalInterface
  public interface Script {
    /** Returns what is passed on; nothing if it is empty, as no datagram of ours ever is. */
    byte[] pass(Way way, byte[] datagram);
  }

  private final DatagramSocket front;
  private final DatagramSocket back;
  private final Script script;
  private final List<Thread> threads;
  private volatile SocketAddress client;

  private Relay(int port, InetSocketAddress server, Script script) throws IOException {
    this.front = port == 0 ? bound() : boundAgain(port);
    this.back = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.script = script;
    this.threads = Stream.of(Way.values()).map(this::thread).toList();
    back.connect(server);
    front.setReceiveBufferSize(BUFFER_BYTES);
    back.setReceiveBufferSize(BUFFER_BYTES);
  }

  /**
   * A port that the system hands out to nobody, so that another relay can have it when this one is
   * closed: a client looks for its server there.
   */
  private static DatagramSocket bound() throws IOException {
    BindException taken = new BindException("no port was tried");
    for (int i = 0; i < MAX_TRIES; i++) {
      try {
        return bound(ThreadLocalRandom.current().nextInt(LOWEST_PORT, EPHEMERAL_PORTS));
      } catch (BindException e) {
        taken = e;
      }
    }
    throw taken;
  }

  /**
   * A process that another test starts has a copy of every socket until it runs its own program,
   * and nobody tells when that is.
   */
  private static DatagramSocket boundAgain(int port) throws IOException {
    BindException taken = new BindException("no port was tried");
    for (int i = 0; i < MAX_PAUSES; i++) {
      try {
        return bound(port);
      } catch (BindException e) {
        taken = e;
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
    throw taken;
  }

  private static DatagramSocket bound(int port) throws IOException {
    return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /** Starts one on a free port. */
  public static Relay start(InetSocketAddress server, Script script) throws IOException {
    return start(0, server, script);
  }

  /**
   * Starts one where the client expects the server.
   *
   * @param port that of an earlier one, or 0
   */
  public static Relay start(int port, InetSocketAddress server, Script script) throws IOException {
    Relay relay = new Relay(port, server, script);
    relay.threads.forEach(Thread::start);
    return relay;
  }

  private Thread thread(Way way) {
    Thread thread = new Thread(() -> pass(way), "relay-" + way);
    thread.setDaemon(true);
    return thread;
  }

  private void pass(Way way) {
    DatagramSocket in = way == Way.UP ? front : back;
    DatagramPacket packet = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
    while (!in.isClosed()) {
      try {
        passOne(way, in, packet);
      } catch (IOException e) {
        // The server may not be there, or not yet; the client finds out by itself.
        if (!(e instanceof PortUnreachableException) && !in.isClosed() && !front.isClosed()) {
          throw new IllegalStateException("the relay failed", e);
        }
      }
    }
  }

  private void passOne(Way way, DatagramSocket in, DatagramPacket packet) throws IOException {
    packet.setLength(RECEIVE_BYTES);
    in.receive(packet);
    if (way == Way.UP) {
      client = packet.getSocketAddress();
    }
    byte[] passed = script.pass(way, Arrays.copyOf(packet.getData(), packet.getLength()));
    if (passed.length > 0) {
      send(way, passed);
    }
  }

  private void send(Way way, byte[] datagram) throws IOException {
    if (way == Way.UP) {
      back.send(new DatagramPacket(datagram, datagram.length));
    } else {
      front.send(new DatagramPacket(datagram, datagram.length, client));
    }
  }

  /** The port at which the client finds it. */
  public int port() {
    return ((InetSocketAddress) front.getLocalSocketAddress()).getPort();
  }

  /** Where to send to, as the client's operand. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /**
   * From now on the client meets with "port unreachable", and the server with silence. The port is
   * free when this returns, unless it was called by the script.
   */
  @Override
  public void close() {
    front.close();
    back.close();
    if (threads.contains(Thread.currentThread())) {
      return;
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
