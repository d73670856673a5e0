package dev.ferry.transport;

import dev.ferry.netsim.DelayLine;
import dev.ferry.netsim.Fate;
import dev.ferry.netsim.Fate.Delivery;
import dev.ferry.netsim.ImpairedPath;
import dev.ferry.netsim.ImpairmentSpec;
import dev.ferry.protocol.Engine;
import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.Udp;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * An engine behind an impaired network: datagrams in both directions pass an impaired path. All
 * peers share the two paths.
 *
 * @param <E> the events of the engine
 */
public final class ImpairedEngine<E> extends ForwardingEngine<E> {
  private record Datagram(ByteBuffer payload, InetSocketAddress peer) {}

  private final ImpairedPath in;
  private final ImpairedPath out;
  private final DelayLine<Datagram> arriving = new DelayLine<>();
  private final DelayLine<Datagram> departing = new DelayLine<>();
  private final Transmit sent = new Transmit(Udp.MAX_PAYLOAD_BYTES, Transmit.MAX_DATAGRAMS);
  private boolean started;

  private ImpairedEngine(Engine<E> engine, ImpairedPath in, ImpairedPath out) {
    super(engine);
    this.in = in;
    this.out = out;
  }

  /**
   * Puts an engine behind an impaired network; returns the engine itself if there are no
   * impairments.
   *
   * @param in the impairments of datagrams that arrive
   * @param out the impairments of datagrams that the engine sends
   * @param seed the seed of all random choices
   */
  public static <E> Engine<E> of(
      Engine<E> engine, ImpairmentSpec in, ImpairmentSpec out, long seed) {
    if (in.equals(ImpairmentSpec.NONE) && out.equals(ImpairmentSpec.NONE)) {
      return engine;
    }
    return new ImpairedEngine<>(
        engine, new ImpairedPath(in, seed), new ImpairedPath(out, seed + 1));
  }

  /**
   * Starts both directions at the same time, so that their outages coincide instead of alternating.
   */
  private void start(long nowNs) {
    if (!started) {
      started = true;
      in.start(nowNs);
      out.start(nowNs);
    }
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    start(nowNs);
    carry(in, datagram, from, arriving, nowNs);
    deliver(nowNs);
  }

  @Override
  public void onTimeout(long nowNs) {
    deliver(nowNs);
    super.onTimeout(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    collect(nowNs);
    Datagram due = departing.poll(nowNs);
    if (due == null) {
      return false;
    }
    transmit.begin().put(due.payload().duplicate());
    transmit.finish(due.peer());
    return true;
  }

  @Override
  public long nextTimeout() {
    return Nanos.earlier(super.nextTimeout(), Nanos.earlier(arriving.nextNs(), departing.nextNs()));
  }

  /** Whether the engine has ended and its last datagrams have left. */
  @Override
  public boolean isEnded() {
    return super.isEnded() && departing.nextNs() == Nanos.NEVER;
  }

  private void deliver(long nowNs) {
    for (Datagram due = arriving.poll(nowNs); due != null; due = arriving.poll(nowNs)) {
      super.handle(due.payload().duplicate(), due.peer(), nowNs);
    }
  }

  private void collect(long nowNs) {
    while (super.pollTransmit(nowNs, sent)) {
      start(nowNs);
      for (; sent.hasRemaining(); sent.taken()) {
        carry(out, sent.datagram(), sent.to(), departing, nowNs);
      }
    }
  }

  private static void carry(
      ImpairedPath path,
      ByteBuffer datagram,
      InetSocketAddress peer,
      DelayLine<Datagram> line,
      long nowNs) {
    ByteBuffer kept = ByteBuffer.allocate(datagram.remaining()).put(datagram.duplicate()).flip();
    Fate fate = path.decide(kept, nowNs);
    for (Delivery delivery : fate.deliveries()) {
      line.add(delivery.atNs(), new Datagram(path.content(delivery), peer));
    }
  }
}
