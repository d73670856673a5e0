package dev.ferry.protocol.client;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.LabOffer;
import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.RateCap;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.connection.ConnectionSnapshot;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.protocol.util.Nanos;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One transfer by a client, or the files of a batch. It begins as the lab does, and goes on in
 * Ferry mode if the server turns out to be one of ours (protocol.md, section 6.1); or it begins in
 * Ferry mode at once. Not thread-safe.
 */
public final class ClientEngine implements Engine<ClientEvent> {
  /** How long a server may take to hear how it ended. */
  private static final long LAST_WORD_PATIENCE_NS = 5 * Nanos.SECOND;

  private final ClientConfig config;
  private final @Nullable TransferFactory factory;
  private final @Nullable FileBatch batch;
  private final RandomGenerator random;
  private final @Nullable LabSender lab;
  private final long sizeBytes;
  private final RateCap cap = new RateCap();
  private @Nullable FerryModeClient ferry;

  private ClientEngine(
      ClientConfig config,
      @Nullable TransferFactory factory,
      @Nullable FileBatch batch,
      RandomGenerator random,
      @Nullable LabSender lab,
      long sizeBytes) {
    this.config = config;
    this.factory = factory;
    this.batch = batch;
    this.random = random;
    this.lab = lab;
    this.sizeBytes = sizeBytes;
    if (lab != null) {
      lab.capBy(cap);
    }
  }

  /**
   * Begins as the lab does.
   *
   * @param lab which hands over to Ferry mode, or not
   * @param sizeBytes the size of the file
   * @param factory makes the transfer in Ferry mode
   * @param random fit for keys
   */
  public static ClientEngine beginningAsLab(
      LabSender lab,
      long sizeBytes,
      ClientConfig config,
      TransferFactory factory,
      RandomGenerator random) {
    return new ClientEngine(config, factory, null, random, lab, sizeBytes);
  }

  /**
   * Begins as the lab does with one file, and goes on in Ferry mode with all of a batch.
   *
   * @param lab which hands over to Ferry mode, or not: then it has sent its file, and that only
   * @param sizeBytes the size of that file
   * @param random fit for keys
   */
  public static ClientEngine beginningAsLab(
      LabSender lab, long sizeBytes, ClientConfig config, FileBatch batch, RandomGenerator random) {
    return new ClientEngine(config.ofManyFiles(), null, batch, random, lab, sizeBytes);
  }

  /**
   * Begins with the hello, and transfers the files of a batch: all of them, or, if the server takes
   * one for each connection, the next one.
   *
   * @param random fit for keys
   */
  public static ClientEngine beginningInFerryMode(
      ClientConfig config, FileBatch batch, RandomGenerator random, long nowNs) {
    ClientConfig many = config.ofManyFiles();
    ClientEngine engine = new ClientEngine(many, null, batch, random, null, 0);
    engine.ferry =
        new FerryModeClient(many, null, batch, LabOffer.NONE, random, engine.cap, 0, nowNs);
    return engine;
  }

  /**
   * Begins with the hello.
   *
   * @param random fit for keys
   */
  public static ClientEngine beginningInFerryMode(
      ClientConfig config, TransferFactory factory, RandomGenerator random, long nowNs) {
    ClientEngine engine = new ClientEngine(config, factory, null, random, null, 0);
    engine.ferry =
        new FerryModeClient(config, factory, null, LabOffer.NONE, random, engine.cap, 0, nowNs);
    return engine;
  }

  private Engine<?> current() {
    if (ferry != null) {
      return ferry;
    }
    if (lab == null) {
      throw new IllegalStateException("neither mode");
    }
    return lab;
  }

  /** How much of the file is at the receiver, as far as this end knows, in bytes. */
  public long doneBytes() {
    return ferry != null ? ferry.doneBytes() : lab == null ? 0 : lab.acknowledgedBytes();
  }

  /** The connection of Ferry mode at this time; null before there is one. */
  public @Nullable ConnectionSnapshot connection(long nowNs) {
    return ferry == null ? null : ferry.connection(nowNs);
  }

  /** The figures of lab mode so far; null where Ferry mode has begun. */
  public @Nullable TransferStats labStats(long nowNs) {
    return ferry != null || lab == null ? null : lab.stats(nowNs);
  }

  /**
   * For how long a server that had answered has been silent, although it was asked again, in
   * nanoseconds; 0 if it is not.
   */
  public long silentNs(long nowNs) {
    return ferry == null ? 0 : ferry.silentNs(nowNs);
  }

  /** Whether the server may have stored the file, although it has not said so. */
  public boolean isOutcomeDoubtful() {
    return ferry != null && ferry.isOutcomeDoubtful();
  }

  /** Whether Ferry mode has begun. */
  public boolean isInFerryMode() {
    return ferry != null;
  }

  /**
   * What has been learnt of the path to a Ferry server, to be remembered; null as long as there is
   * nothing, or if the server speaks no Ferry mode.
   */
  public @Nullable PathMemory learned(long nowNs) {
    return ferry == null ? null : ferry.learned(nowNs);
  }

  /** A receiver goes on for a moment after it has completed. */
  @Override
  public boolean isEnded() {
    return current().isEnded();
  }

  /**
   * Whether the program may end, once the transfer is over: when there is nothing left to be said
   * or heard, but for repetitions of what may be lost. A user is not kept waiting for those: if a
   * close is lost, the server keeps the connection until its patience ends or it needs the room.
   *
   * @param overForNs how long the transfer has been over
   */
  public boolean mayLeave(long overForNs) {
    return ferry == null || ferry.mayLeave() || overForNs >= LAST_WORD_PATIENCE_NS;
  }

  /**
   * Caps how fast the file is sent, from now on, by whichever end sends it; the cap counts for
   * nothing else than what is sent.
   *
   * @param bytesPerSecond above 0, or {@link RateCap#UNLIMITED}
   */
  public void setMaxRate(long bytesPerSecond, long nowNs) {
    long before = cap.bytesPerSecond();
    cap.setRate(bytesPerSecond, nowNs);
    if (ferry != null && cap.bytesPerSecond() != before) {
      ferry.capChanged();
    }
  }

  /** Ends the transfer, and tells the server in Ferry mode. */
  public void stop(long nowNs) {
    if (ferry != null) {
      ferry.stop(nowNs);
    }
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    current().handle(datagram, from, nowNs);
    if (ferry == null) {
      handOver(nowNs);
    }
  }

  private void handOver(long nowNs) {
    LabOffer offer = lab == null ? null : lab.handOver();
    if (lab != null && offer != null) {
      long firstWordNs = lab.stats(nowNs).durationNs();
      ferry = new FerryModeClient(config, factory, batch, offer, random, cap, firstWordNs, nowNs);
    }
  }

  @Override
  public void onUnreachable(long nowNs) {
    current().onUnreachable(nowNs);
  }

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    current().onTooLong(to, bytes, nowNs);
  }

  /**
   * How long datagrams may be for the host to send them in one piece; until then Ferry mode sends
   * none that are longer than Ethernet's.
   *
   * @param bytes the largest datagram
   */
  public void limitDatagrams(int bytes, long nowNs) {
    if (ferry != null) {
      ferry.limitDatagrams(bytes, nowNs);
    }
  }

  @Override
  public void onDisconnected(long nowNs) {
    current().onDisconnected(nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    current().onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    return current().pollTransmit(nowNs, transmit);
  }

  @Override
  public long nextTimeout() {
    return current().nextTimeout();
  }

  @Override
  public @Nullable ClientEvent pollEvent() {
    if (ferry != null) {
      return ferry.pollEvent();
    }
    SenderEvent event = lab == null ? null : lab.pollEvent();
    return event == null ? null : clientEvent(event);
  }

  private ClientEvent clientEvent(SenderEvent event) {
    return switch (event.kind()) {
      case CONNECTED -> connected((SenderEvent.Connected) event);
      case COMPLETED ->
          new ClientEvent.Completed(((SenderEvent.Completed) event).stats(), 0, null, null);
      case FAILED -> failed((SenderEvent.Failed) event);
    };
  }

  private ClientEvent connected(SenderEvent.Connected event) {
    ClientEvent.Mode mode = event.ownPeer() ? ClientEvent.Mode.STOP_AND_WAIT : ClientEvent.Mode.LAB;
    return new ClientEvent.Connected(mode, event.datagramBytes(), sizeBytes, 0);
  }

  private static ClientEvent failed(SenderEvent.Failed event) {
    return new ClientEvent.Failed(event.failure(), event.stats());
  }
}
