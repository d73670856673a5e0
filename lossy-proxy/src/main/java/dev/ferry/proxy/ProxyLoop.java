package dev.ferry.proxy;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import dev.ferry.proxy.core.Arrival;
import dev.ferry.proxy.core.Direction;
import dev.ferry.proxy.core.Flow;
import dev.ferry.proxy.core.ProxyEngine;
import dev.ferry.transport.LocalSockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Carries what a {@link ProxyEngine} decides: one socket towards all clients, and one towards the
 * server for each flow, so that the server sees each client at an address of its own. {@link #run}
 * occupies the calling thread; {@link #stop} and {@link #execute} may be called from any other.
 */
final class ProxyLoop implements AutoCloseable {
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  /** How many datagrams are taken from one socket before the others have their turn. */
  private static final int BATCH = 64;

  private final ProxyEngine engine;
  private final InetSocketAddress server;
  private final NanoClock clock;
  private final Selector selector;
  private final LocalSockets listening;
  private final SourceAddresses sources;
  private final Map<Flow, Upstream> upstream = new HashMap<>();

  /** The socket at which each client was heard last: it is answered from there. */
  private final Map<Flow, DatagramChannel> downstream = new HashMap<>();

  private long followNs = Nanos.NEVER;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
  private volatile boolean stopped;

  /**
   * The socket of a flow towards the server, and how often the flow had moved when it was opened.
   */
  private record Upstream(DatagramChannel channel, long binding) {}

  /**
   * Binds the socket towards the clients.
   *
   * @param sources the addresses at which clients that move appear
   * @throws IOException if it cannot be bound
   */
  ProxyLoop(
      ProxyEngine engine,
      InetSocketAddress bind,
      InetSocketAddress server,
      SourceAddresses sources,
      NanoClock clock)
      throws IOException {
    this.sources = sources;
    this.engine = engine;
    this.server = server;
    this.clock = clock;
    this.selector = Selector.open();
    this.listening = LocalSockets.bind(bind);
    try {
      listen(listening.main());
      for (DatagramChannel channel : listening.others()) {
        listen(channel);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void listen(DatagramChannel channel) throws IOException {
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, Udp.SOCKET_BUFFER_BYTES);
    channel.register(selector, SelectionKey.OP_READ);
  }

  private static DatagramChannel open() throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, Udp.SOCKET_BUFFER_BYTES);
    channel.setOption(StandardSocketOptions.SO_SNDBUF, Udp.SOCKET_BUFFER_BYTES);
    return channel;
  }

  /** The address at which clients find it. */
  InetSocketAddress address() throws IOException {
    return (InetSocketAddress) listening.main().getLocalAddress();
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws IOException if the socket towards the clients fails
   */
  void run() throws IOException {
    while (!stopped) {
      select();
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.attachment() instanceof Flow flow) {
          receiveFromServer(flow, (DatagramChannel) key.channel());
        } else {
          receiveFromClients((DatagramChannel) key.channel());
        }
      }
      selector.selectedKeys().clear();
      runTasks();
      deliver();
      expire();
      followAddresses();
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Waits; a wait of less than the selector's millisecond is spent polling. */
  private void select() throws IOException {
    long dueNs = Nanos.earlier(engine.nextTimeout(), followNs);
    if (dueNs == Nanos.NEVER) {
      selector.select();
      return;
    }
    long waitMs = (dueNs - clock.nanoTime()) / Nanos.MILLISECOND;
    if (waitMs > 0) {
      selector.select(waitMs);
    } else {
      selector.selectNow();
    }
  }

  private void followAddresses() throws IOException {
    long nowNs = clock.nanoTime();
    if (!listening.followsAddresses() || !isFollowingDue(nowNs)) {
      return;
    }
    for (DatagramChannel channel : listening.follow()) {
      listen(channel);
    }
  }

  private boolean isFollowingDue(long nowNs) {
    boolean due = Nanos.isDue(followNs, nowNs);
    if (due || followNs == Nanos.NEVER) {
      followNs = Nanos.after(nowNs, LocalSockets.FOLLOW_NS);
    }
    return due;
  }

  private void receiveFromClients(DatagramChannel channel) throws IOException {
    for (int i = 0; i < BATCH && channel.isOpen(); i++) {
      InetSocketAddress client = (InetSocketAddress) channel.receive(scratch.clear());
      if (client == null) {
        return;
      }
      Flow flow = flowOf(client);
      if (flow != null) {
        downstream.put(flow, channel);
        engine.handle(flow, Direction.UP, copy(), clock.nanoTime());
      }
    }
  }

  /** The client's flow; null if there is no socket to be had for it, which counts as loss. */
  private @Nullable Flow flowOf(InetSocketAddress client) {
    Flow known = engine.flow(client);
    if (known != null) {
      return known;
    }
    try {
      DatagramChannel channel = connect(0);
      Flow flow = engine.open(client, clock.nanoTime());
      flow.setUpstream((InetSocketAddress) channel.getLocalAddress());
      channel.register(selector, SelectionKey.OP_READ, flow);
      upstream.put(flow, new Upstream(channel, 0));
      return flow;
    } catch (IOException e) {
      return null;
    }
  }

  /** Opens a socket for a client that has moved so many times. */
  private DatagramChannel connect(long binding) throws IOException {
    DatagramChannel channel = open();
    try {
      if (binding > 0 && engine.changesAddresses()) {
        channel.bind(sources.after(binding));
      }
      return channel.connect(server);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void receiveFromServer(Flow flow, DatagramChannel channel) {
    for (int i = 0; i < BATCH; i++) {
      try {
        // Unlike read, this tells an empty datagram from none.
        if (channel.receive(scratch.clear()) == null) {
          return;
        }
      } catch (IOException e) {
        return; // Nothing listens there at the moment; the client finds out by silence.
      }
      engine.handle(flow, Direction.DOWN, copy(), clock.nanoTime());
    }
  }

  private ByteBuffer copy() {
    scratch.flip();
    return ByteBuffer.allocate(scratch.remaining()).put(scratch).flip();
  }

  private void deliver() throws IOException {
    long nowNs = clock.nanoTime();
    for (Arrival arrival = engine.poll(nowNs); arrival != null; arrival = engine.poll(nowNs)) {
      send(arrival);
      engine.sent(arrival, nowNs);
    }
  }

  /** A datagram that cannot be sent counts as lost, as in any network. */
  private void send(Arrival arrival) {
    try {
      if (arrival.direction() == Direction.DOWN) {
        DatagramChannel channel = downstream.getOrDefault(arrival.flow(), listening.main());
        channel.send(arrival.payload().duplicate(), arrival.flow().client());
      } else {
        DatagramChannel channel = upstreamOf(arrival);
        if (channel != null) {
          channel.write(arrival.payload().duplicate());
        }
      }
    } catch (IOException e) {
      // Nothing listens there, or it does not fit: lost, as in any network.
    }
  }

  /** A client that has moved gets a new socket; what the server sends to the old one is lost. */
  private @Nullable DatagramChannel upstreamOf(Arrival arrival) throws IOException {
    Upstream current = upstream.get(arrival.flow());
    if (current == null || current.binding() >= arrival.binding()) {
      return current == null ? null : current.channel();
    }
    DatagramChannel channel = connect(arrival.binding());
    channel.register(selector, SelectionKey.OP_READ, arrival.flow());
    upstream.put(arrival.flow(), new Upstream(channel, arrival.binding()));
    arrival.flow().setUpstream((InetSocketAddress) channel.getLocalAddress());
    current.channel().close();
    return channel;
  }

  private void expire() throws IOException {
    long nowNs = clock.nanoTime();
    for (Flow flow = engine.expire(nowNs); flow != null; flow = engine.expire(nowNs)) {
      downstream.remove(flow);
      Upstream ended = upstream.remove(flow);
      if (ended != null) {
        ended.channel().close();
      }
    }
  }

  /** Runs a task on the thread of {@link #run}, soon; never if that has ended. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Ends {@link #run} soon. */
  void stop() {
    stopped = true;
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    for (Upstream open : upstream.values()) {
      open.channel().close();
    }
    listening.close();
    selector.close();
  }
}
