package dev.ferry.protocol.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.testkit.sim.Tap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Makes sure that a server only ever answers: each of its datagrams is the answer to one that had
 * reached it from that address, and no datagram is answered twice.
 */
final class ReplyAudit implements Tap {
  private record Question(InetSocketAddress client, boolean start, long seqno) {}

  private final InetSocketAddress server;
  private final Multiset<Question> unanswered = HashMultiset.create();
  private long replies;

  ReplyAudit(InetSocketAddress server) {
    this.server = server;
  }

  long replies() {
    return replies;
  }

  @Override
  public void arrived(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    LabMessage message = LabCodec.decodeFromClient(ByteBuffer.wrap(datagram));
    if (to.equals(server) && message != null) {
      unanswered.add(new Question(from, message instanceof Start, message.seqno()));
    }
  }

  @Override
  public void sent(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
    if (!from.equals(server)) {
      return;
    }
    replies++;
    LabMessage message = LabCodec.decodeFromServer(ByteBuffer.wrap(datagram));
    assertThat(message).as("what a server sends").isNotNull();
    boolean answered;
    if (message instanceof Ack ack) {
      boolean start = ack.bufferBytes() != null;
      // An alternating client's 1 is followed by 0.
      long seqno = !start && ack.seqno() == 0 ? 1 : ack.seqno() - 1;
      answered = unanswered.remove(new Question(to, start, seqno));
    } else {
      answered =
          unanswered.remove(new Question(to, true, message.seqno()))
              || unanswered.remove(new Question(to, false, message.seqno()));
    }
    assertThat(answered).as("%s to %s was asked for", message, to).isTrue();
  }
}
