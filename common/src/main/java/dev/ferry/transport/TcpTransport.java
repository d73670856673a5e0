package dev.ferry.transport;

import dev.ferry.clock.NanoClock;
import dev.ferry.framing.MessageDecoder;
import dev.ferry.framing.MessageEncoder;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.FirstPackets;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Drives one engine over one TCP connection, with each datagram as a message of the stream
 * (protocol.md, section 15). The engine is asked for more only when the connection has accepted
 * everything before, so that little waits here. Nothing is read that there is no memory for. While
 * memory is short, the engine is asked for one transmit at a time, and for one short datagram at a
 * time while none is left; and who has held some of it for {@value #STALL_SECONDS} s with the same
 * half of a message, or without reading any of what it is sent, is disconnected, so that others can
 * go on. The connection is closed when the engine has ended.
 *
 * @param <E> the events of the engine
 */
public final class TcpTransport<E> implements Transport {
  /**
   * The first packets over a TCP connection are small. The virtual machine compiles the encryption
   * after some thousand calls, and so only a little data is encrypted before that.
   */
  public static final FirstPackets FIRST_PACKETS = new FirstPackets(6000, 1400);

  /** How long a peer may take to read the last message after the engine has ended. */
  private static final long LAST_MESSAGE_TIMEOUT_NS = 5 * Nanos.SECOND;

  /**
   * What a connection holds without taking it from the budget: short messages that are not whole,
   * or that the peer has not read.
   */
  private static final int FREE_BYTES = 4 << 10;

  /** More than any header of a message. */
  private static final int HEADER_BYTES = 8;

  /** After how long one that was held back looks whether there is memory now. */
  private static final long HELD_BACK_NS = 50 * Nanos.MILLISECOND;

  /** How long a peer may hold memory that others need with what does not move. */
  private static final int STALL_SECONDS = 10;

  /** After how long it is looked again whether others need it. */
  private static final long STALL_STEP_NS = Nanos.SECOND;

  /** Watches one thing that holds memory until the peer does its part. */
  private static final class Stall {
    /** When to look whether the memory is needed; {@link Nanos#NEVER} while none is held. */
    private long lookNs = Nanos.NEVER;

    /** The peer has done its part, or may do it from now on. */
    void begin(boolean holds, long nowNs) {
      lookNs = holds ? Nanos.after(nowNs, STALL_SECONDS * Nanos.SECOND) : Nanos.NEVER;
    }

    /** Nothing has changed but how much is held. */
    void goOn(boolean holds, long nowNs) {
      if (!holds || lookNs == Nanos.NEVER) {
        begin(holds, nowNs);
      }
    }

    /** Whether the time has come; the next one is a little later. */
    boolean takeDue(long nowNs) {
      boolean due = Nanos.isDue(lookNs, nowNs);
      lookNs = due ? Nanos.after(nowNs, STALL_STEP_NS) : lookNs;
      return due;
    }
  }

  private final SocketChannel channel;
  private final InetSocketAddress peer;
  private final Engine<E> engine;
  private final EngineListener<E> listener;
  private final TcpBuffers buffers;
  private final ByteBudget.Share memory;
  private @Nullable MessageDecoder decoder;
  private @Nullable MessageEncoder encoder;
  private @Nullable SelectionKey key;

  /** The bytes that the connection has not accepted yet; null if there are none. */
  private @Nullable ByteBuffer rest;

  private long closeByNs = Nanos.NEVER;
  private final Stall halfMessage = new Stall();
  private final Stall unread = new Stall();

  /** Whether nothing is read for want of memory. */
  private boolean pausesReading;

  /** When to look for memory again. */
  private long resumeNs = Nanos.NEVER;

  private TcpTransport(
      SocketChannel channel,
      @Nullable StreamFraming framing,
      Engine<E> engine,
      EngineListener<E> listener,
      TcpBuffers buffers,
      ByteBudget.Share memory)
      throws IOException {
    this.channel = channel;
    this.peer = (InetSocketAddress) channel.getRemoteAddress();
    this.memory = memory;
    this.engine = engine;
    this.listener = listener;
    this.buffers = buffers;
    if (framing != null) {
      setFraming(framing);
    }
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /**
   * Creates a client's end.
   *
   * @param channel connected; becomes non-blocking
   * @throws IOException if the connection is broken already
   */
  public static <E> TcpTransport<E> ofClient(
      SocketChannel channel, StreamFraming framing, Engine<E> engine, EngineListener<E> listener)
      throws IOException {
    return new TcpTransport<>(
        channel, framing, engine, listener, new TcpBuffers(), ByteBudget.unlimited());
  }

  /**
   * Creates a server's end, which recognises the client's framing.
   *
   * @param budget for what comes in pieces, and what the client does not read
   */
  static <E> TcpTransport<E> ofServer(
      SocketChannel channel,
      Engine<E> engine,
      EngineListener<E> listener,
      TcpBuffers buffers,
      ByteBudget budget)
      throws IOException {
    InetSocketAddress client = (InetSocketAddress) channel.getRemoteAddress();
    return new TcpTransport<>(
        channel, null, engine, listener, buffers, budget.share(client.getAddress()));
  }

  private void setFraming(StreamFraming framing) {
    decoder = framing.decoder(Udp.MAX_PAYLOAD_BYTES);
    encoder = framing.encoder();
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public void joined(SelectionKey newKey) {
    key = newKey.interestOps(SelectionKey.OP_READ);
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen() && engine.isEnded();
  }

  @Override
  public void onReady(NanoClock clock, long toldNs) {
    long nowNs = clock.nanoTime();
    try {
      writeRest(nowNs);
      if (!receive(nowNs)) {
        disconnected(nowNs);
      }
    } catch (IOException e) {
      disconnected(nowNs);
    }
  }

  /** Handles arrived bytes; returns false at the end of the stream. */
  private boolean receive(long nowNs) throws IOException {
    ByteBuffer in = buffers.in.clear();
    in.limit(Math.min(in.limit(), readableBytes()));
    if (!in.hasRemaining()) {
      pausesReading = true;
      holdBack(nowNs);
      setInterest();
      return true;
    }
    int bytes = channel.read(in);
    in.flip();
    if (bytes > 0 && decoder == null) {
      recognise(in);
    }
    boolean whole = false;
    while (decoder != null && channel.isOpen()) {
      decoder.limit(engine.largestDatagramBytes());
      ByteBuffer packet = decoder.next(in);
      if (packet == null) {
        break;
      }
      whole = true;
      engine.handle(packet, peer, nowNs);
    }
    account();
    if (whole) {
      halfMessage.begin(isHoldingPieces(), nowNs);
    } else {
      halfMessage.goOn(isHoldingPieces(), nowNs);
    }
    send(nowNs);
    return bytes >= 0;
  }

  /** How much may be read, so that there is memory for all of it that is not whole. */
  private int readableBytes() {
    long allowed = leftBytes() + memory.bytes() - unreadBytes();
    // What collects pieces may take twice as much as it holds, and holds one message at most.
    long most = 2L * (engine.largestDatagramBytes() + HEADER_BYTES);
    return allowed >= most ? Integer.MAX_VALUE : (int) Math.max(0, allowed / 2 - pieceBytes());
  }

  /** What may be held in addition, in bytes. */
  private long leftBytes() {
    return Math.min(memory.leftBytes(), Integer.MAX_VALUE) + FREE_BYTES;
  }

  private int pieceBytes() {
    return decoder == null ? 0 : decoder.heldBytes();
  }

  private int unreadBytes() {
    return rest == null ? 0 : rest.capacity();
  }

  private boolean isHoldingPieces() {
    return pieceBytes() > FREE_BYTES;
  }

  /** Whether somebody may have to wait for memory. */
  private boolean isShort() {
    return memory.leftBytes() < Udp.MAX_PAYLOAD_BYTES;
  }

  /** Memory is asked for again before long. */
  private void holdBack(long nowNs) {
    if (resumeNs == Nanos.NEVER) {
      resumeNs = Nanos.after(nowNs, HELD_BACK_NS);
    }
  }

  /**
   * Counts the memory that the client makes this end hold.
   *
   * @throws IOException if there is not so much left
   */
  private void account() throws IOException {
    if (!memory.hold(countedBytes())) {
      throw new IOException("no memory is left for what is not whole, or not read");
    }
  }

  private long countedBytes() {
    return Math.max(0, (long) pieceBytes() + unreadBytes() - FREE_BYTES);
  }

  private void recognise(ByteBuffer in) throws IOException {
    StreamFraming framing = StreamFraming.recognise(in.get(in.position()));
    if (framing == null) {
      throw new IOException("no framing begins so");
    }
    setFraming(framing);
  }

  @Override
  public void turn(long nowNs) {
    engine.onTimeout(nowNs);
    if (Nanos.isDue(resumeNs, nowNs)) {
      resumeNs = Nanos.NEVER;
      pausesReading = false;
      setInterest();
    }
    boolean stalls = halfMessage.takeDue(nowNs);
    stalls |= unread.takeDue(nowNs);
    try {
      send(nowNs);
    } catch (IOException e) {
      disconnected(nowNs);
    }
    if (stalls && isShort() && channel.isOpen()) {
      disconnected(nowNs);
    }
    for (E event = engine.pollEvent(); event != null; event = engine.pollEvent()) {
      listener.onEvent(event, nowNs);
    }
    listener.beforeWait(nowNs);
    if (engine.isEnded()) {
      end(nowNs);
    }
  }

  /**
   * Closes the connection when everything is written, or when the peer has not read the rest in
   * time.
   */
  private void end(long nowNs) {
    if (rest == null || Nanos.isDue(closeByNs, nowNs)) {
      close();
      closeByNs = Nanos.NEVER;
    } else if (closeByNs == Nanos.NEVER) {
      closeByNs = Nanos.after(nowNs, LAST_MESSAGE_TIMEOUT_NS);
    }
  }

  @Override
  public long nextTimeout() {
    long stallNs = Nanos.earlier(halfMessage.lookNs, unread.lookNs);
    long ownNs = Nanos.earlier(stallNs, Nanos.earlier(resumeNs, closeByNs));
    return Nanos.earlier(engine.nextTimeout(), ownNs);
  }

  /** Sends the engine's datagrams, many of them in one write. */
  private void send(long nowNs) throws IOException {
    if (encoder == null || rest != null || !channel.isOpen()) {
      return;
    }
    ByteBuffer out = buffers.out.clear();
    if (memory.leftBytes() == 0) {
      sendWithoutMemory(encoder, out, nowNs);
      return;
    }
    Transmit transmit = buffers.transmit;
    int longestBytes = buffers.longestEncodedTransmit(encoder);
    // Pieces use the free bytes first. If less is left than a transmit can take, each transmit is
    // written at once, as the connection may well accept all of it.
    long unreadLimit = leftBytes() - Math.min(pieceBytes(), FREE_BYTES);
    int mostBytes = (int) Math.min(out.capacity(), unreadLimit);
    while (rest == null && engine.pollTransmit(nowNs, transmit)) {
      for (; transmit.hasRemaining(); transmit.taken()) {
        encoder.encode(transmit.datagram(), out);
      }
      if (mostBytes - out.position() < longestBytes) {
        write(out, nowNs);
      }
    }
    if (rest == null && out.position() > 0) {
      write(out, nowNs);
    }
  }

  /** Others hold all that there is: one datagram at a time fits into what is not counted. */
  private void sendWithoutMemory(MessageEncoder framing, ByteBuffer out, long nowNs)
      throws IOException {
    Transmit transmit = buffers.shortTransmit;
    if (pieceBytes() + framing.maxEncodedLength(TcpBuffers.SHORT_BYTES) > FREE_BYTES) {
      holdBack(nowNs);
      return;
    }
    while (rest == null && engine.pollTransmit(nowNs, transmit)) {
      framing.encode(transmit.datagram(), out);
      transmit.taken();
      write(out, nowNs);
    }
  }

  private void write(ByteBuffer out, long nowNs) throws IOException {
    channel.write(out.flip());
    if (out.hasRemaining()) {
      rest = ByteBuffer.allocate(out.remaining()).put(out).flip();
      // The engine does not take it back, so it counts even if it is more than what is left. Then
      // nothing is left, and no other connection asks its engine: it is exceeded once only.
      memory.holdBeyondLimit(countedBytes());
      unread.begin(unreadBytes() > FREE_BYTES, nowNs);
      setInterest();
    }
    out.clear();
  }

  private void writeRest(long nowNs) throws IOException {
    if (rest == null) {
      return;
    }
    boolean reads = channel.write(rest) > 0;
    if (!rest.hasRemaining()) {
      rest = null;
      account();
      setInterest();
    }
    if (reads) {
      unread.begin(unreadBytes() > FREE_BYTES, nowNs);
    }
  }

  private void setInterest() {
    if (key != null && key.isValid()) {
      key.interestOps(
          (pausesReading ? 0 : SelectionKey.OP_READ) | (rest == null ? 0 : SelectionKey.OP_WRITE));
    }
  }

  private void disconnected(long nowNs) {
    rest = null;
    close();
    engine.onDisconnected(nowNs);
  }

  private void close() {
    rest = null;
    decoder = null;
    resumeNs = Nanos.NEVER;
    halfMessage.begin(false, 0);
    unread.begin(false, 0);
    memory.hold(0);
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left that could be lost.
    }
  }
}
