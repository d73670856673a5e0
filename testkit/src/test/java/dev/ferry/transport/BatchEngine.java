package dev.ferry.transport;

import dev.ferry.protocol.Transmit;
import dev.ferry.testkit.PassiveEngine;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Sends batches of datagrams, as many at a time as the transmit takes, and remembers what it is
 * given and told. It has ended when everything has been taken from it; if there is nothing, when
 * its stream has broken.
 */
final class BatchEngine extends PassiveEngine<Integer> {
  /**
   * Datagrams to one peer.
   *
   * @param seed of the content
   * @param datagrams how many of equal size
   * @param bytes their size
   * @param lastBytes the size of a shorter one at the end; 0 for none
   */
  record Batch(int seed, InetSocketAddress to, int datagrams, int bytes, int lastBytes) {
    List<byte[]> contents() {
      List<byte[]> contents = new ArrayList<>();
      for (int i = 0; i < datagrams + (lastBytes > 0 ? 1 : 0); i++) {
        byte[] content = new byte[i < datagrams ? bytes : lastBytes];
        for (int j = 0; j < content.length; j++) {
          content[j] = (byte) (seed + 31 * i + 7 * j);
        }
        content[0] |= (byte) 0x80; // As a packet begins.
        contents.add(content);
      }
      return contents;
    }
  }

  private final Queue<Batch> batches;
  private final Queue<byte[]> current = new ArrayDeque<>();
  private InetSocketAddress to;
  private boolean begun;
  private int reported;

  final List<byte[]> handled = new ArrayList<>();
  final List<Long> handledNs = new ArrayList<>();
  int unreachable;
  int tooLong;
  int disconnected;

  /** How often it was asked for what is to be sent, until it had nothing. */
  int sendRounds;

  BatchEngine(List<Batch> batches) {
    this.batches = new ArrayDeque<>(batches);
  }

  @Override
  public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
    byte[] content = new byte[datagram.remaining()];
    datagram.get(content);
    handled.add(content);
    handledNs.add(nowNs);
  }

  @Override
  public boolean pollTransmit(long nowNs, Transmit transmit) {
    if (current.isEmpty() && !batches.isEmpty()) {
      Batch next = batches.remove();
      begun = true;
      to = next.to();
      current.addAll(next.contents());
    }
    if (current.isEmpty()) {
      sendRounds++;
      return false;
    }
    transmit.clear();
    while (transmit.hasRoom() && !current.isEmpty()) {
      transmit.beginNext().put(current.remove());
      transmit.finish(to);
    }
    return true;
  }

  @Override
  public void onUnreachable(long nowNs) {
    unreachable++;
  }

  @Override
  public void onTooLong(InetSocketAddress to, int bytes, long nowNs) {
    tooLong = bytes;
  }

  @Override
  public void onDisconnected(long nowNs) {
    disconnected++;
  }

  @Override
  public boolean isEnded() {
    return current.isEmpty() && batches.isEmpty() && (begun || disconnected > 0);
  }

  /** How much it has handled. */
  @Override
  public Integer pollEvent() {
    if (reported == handled.size()) {
      return null;
    }
    reported = handled.size();
    return reported;
  }
}
