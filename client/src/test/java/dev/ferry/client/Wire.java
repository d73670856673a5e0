package dev.ferry.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ferry.testkit.process.Relay;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A relay's script that writes down what passes, and lets every lab message be changed. */
final class Wire implements Relay.Script {
  /**
   * What was sent, as it was before it was changed.
   *
   * @param text one byte a character
   */
  record Sent(Relay.Way way, String text) {
    /** Whether it is a packet of Ferry mode. */
    boolean isFerry() {
      return text.charAt(0) >= 0x80;
    }
  }

  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final Relay.Way changed;
  private final UnaryOperator<String> change;

  private Wire(Relay.Way changed, UnaryOperator<String> change) {
    this.changed = changed;
    this.change = change;
  }

  /** One that changes nothing. */
  static Wire tapped() {
    return new Wire(Relay.Way.UP, text -> text);
  }

  /** One that changes what is sent one way and is no packet of Ferry mode. */
  static Wire changing(Relay.Way way, UnaryOperator<String> change) {
    return new Wire(way, change);
  }

  /** What has passed so far. */
  List<Sent> sent() {
    return sent;
  }

  /** What has passed one way. */
  List<String> sent(Relay.Way way) {
    return sent.stream().filter(each -> each.way == way).map(Sent::text).toList();
  }

  @Override
  public byte[] pass(Relay.Way way, byte[] datagram) {
    Sent each = new Sent(way, new String(datagram, ISO_8859_1));
    sent.add(each);
    return each.isFerry() || way != changed
        ? datagram
        : change.apply(each.text).getBytes(ISO_8859_1);
  }
}
