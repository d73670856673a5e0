package dev.ferry.protocol.server;

import dev.ferry.protocol.Engine;
import dev.ferry.protocol.ForwardingEngine;
import dev.ferry.protocol.Transmit;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage;
import dev.ferry.protocol.lab.LabMessage.Ack;
import dev.ferry.protocol.lab.LabMessage.Data;
import dev.ferry.protocol.lab.ReceiverEvent;
import dev.ferry.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** A server with a fault in its protocol, made by tampering with what a right one gets and says. */
abstract class PlantedBug extends ForwardingEngine<ServerEvent.Lab> {
  private PlantedBug(Engine<ServerEvent.Lab> engine) {
    super(engine);
  }

  private static ByteBuffer encode(LabMessage message) {
    ByteBuffer buffer = ByteBuffer.allocate(LabCodec.encodedBytes(message));
    LabCodec.encode(message, buffer);
    return buffer.flip();
  }

  /** Acknowledges a chunk when it arrives, whatever becomes of it. */
  static final class AcknowledgesBeforeStoring extends PlantedBug {
    private record Reply(InetSocketAddress to, Ack ack) {}

    private final Queue<Reply> replies = new ArrayDeque<>();

    AcknowledgesBeforeStoring(Engine<ServerEvent.Lab> engine) {
      super(engine);
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      if (LabCodec.decodeFromClient(datagram.duplicate()) instanceof Data data) {
        replies.add(new Reply(from, Ack.ofData(data.dialect(), data.seqno() + 1)));
      }
      engine().handle(datagram, from, nowNs);
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      Reply early = replies.poll();
      if (early != null) {
        transmit.begin().put(encode(early.ack()));
        transmit.finish(early.to());
        return true;
      }
      while (engine().pollTransmit(nowNs, transmit)) {
        boolean late =
            LabCodec.decodeFromServer(transmit.buffer().duplicate()) instanceof Ack ack
                && ack.bufferBytes() == null;
        if (!late) {
          return true;
        }
      }
      return false;
    }
  }

  /** Takes the last chunk for the next one when the network delivers it again. */
  static final class AcceptsLateDuplicates extends PlantedBug {
    private final Map<InetSocketAddress, Long> expected = new HashMap<>();

    AcceptsLateDuplicates(Engine<ServerEvent.Lab> engine) {
      super(engine);
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      boolean duplicate =
          LabCodec.decodeFromClient(datagram.duplicate()) instanceof Data data
              && expected.getOrDefault(from, 0L) == data.seqno() + 1;
      if (duplicate) {
        Data data = (Data) LabCodec.decodeFromClient(datagram.duplicate());
        engine()
            .handle(
                encode(new Data(data.dialect(), data.seqno() + 1, data.payload())), from, nowNs);
      } else {
        engine().handle(datagram, from, nowNs);
      }
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      boolean sends = engine().pollTransmit(nowNs, transmit);
      if (sends && LabCodec.decodeFromServer(transmit.buffer().duplicate()) instanceof Ack ack) {
        expected.put(transmit.to(), ack.seqno());
      }
      return sends;
    }
  }

  /** Forgets a session as soon as it is finished: a late start begins it anew. */
  static final class ReopensFinishedSessions extends PlantedBug {
    private final Map<InetSocketAddress, InetSocketAddress> aliases = new HashMap<>();
    private final Map<InetSocketAddress, InetSocketAddress> real = new HashMap<>();
    private int forgotten;

    ReopensFinishedSessions(Engine<ServerEvent.Lab> engine) {
      super(engine);
    }

    @Override
    public void handle(ByteBuffer datagram, InetSocketAddress from, long nowNs) {
      engine().handle(datagram, aliases.getOrDefault(from, from), nowNs);
    }

    @Override
    public boolean pollTransmit(long nowNs, Transmit transmit) {
      boolean sends = engine().pollTransmit(nowNs, transmit);
      if (sends && real.containsKey(transmit.to())) {
        InetSocketAddress to = real.get(transmit.to());
        ByteBuffer datagram = ByteBuffer.allocate(transmit.buffer().remaining());
        datagram.put(transmit.buffer()).flip();
        transmit.begin().put(datagram);
        transmit.finish(to);
      }
      return sends;
    }

    @Override
    public ServerEvent.Lab pollEvent() {
      ServerEvent.Lab event = engine().pollEvent();
      if (event != null && event.event() instanceof ReceiverEvent.Finished) {
        InetSocketAddress peer = real.getOrDefault(event.peer(), event.peer());
        InetSocketAddress fresh = Simulation.address(1_000_000 + forgotten++, 40_000);
        aliases.put(peer, fresh);
        real.put(fresh, peer);
      }
      return event;
    }
  }
}
