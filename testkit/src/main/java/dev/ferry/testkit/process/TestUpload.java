package dev.ferry.testkit.process;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.FileContent;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.lab.LabSender;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.lab.SenderEvent;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** Uploads from memory over a real socket, as our own client does. */
public final class TestUpload {
  private static final int DATAGRAM_BYTES = 1472;

  private TestUpload() {}

  /**
   * Uploads under the given name, from a fresh port.
   *
   * @return {@link SenderEvent.Completed} or {@link SenderEvent.Failed}
   */
  public static SenderEvent run(InetSocketAddress server, String name, byte[] content)
      throws IOException {
    return run(server, Dialect.SPACED, name, content, DATAGRAM_BYTES, NanoClock.SYSTEM);
  }

  /**
   * Uploads in the given dialect, in datagrams of at most the given size, and by the given clock.
   *
   * @return {@link SenderEvent.Completed} or {@link SenderEvent.Failed}
   */
  public static SenderEvent run(
      InetSocketAddress server,
      Dialect dialect,
      String name,
      byte[] content,
      int datagramBytes,
      NanoClock clock)
      throws IOException {
    LabSender sender =
        new LabSender(
            server,
            new Start(dialect, 0, name, content.length, true),
            new MemorySource(content),
            datagramBytes,
            RetransmissionPolicy.START);
    SenderEvent[] last = new SenderEvent[1];
    try (DatagramChannel channel = DatagramChannel.open().connect(server);
        EventLoop loop = EventLoop.open(clock)) {
      EngineListener<SenderEvent> listener =
          (event, nowNs) -> {
            switch (event.kind()) {
              case CONNECTED -> {}
              case COMPLETED, FAILED -> {
                last[0] = event;
                loop.stop();
              }
            }
          };
      loop.add(new UdpTransport<>(channel, sender, listener));
      loop.run();
    }
    return last[0];
  }

  /** Why the server turned an upload down, or null if it did not. */
  public static RefusalReason refusal(SenderEvent end) {
    return end instanceof SenderEvent.Failed failed
            && failed.failure() instanceof TransferFailure.Refused refused
        ? refused.reason()
        : null;
  }

  private static final class MemorySource implements FileContent {
    private final byte[] content;

    MemorySource(byte[] content) {
      this.content = content;
    }

    @Override
    public long sizeBytes() {
      return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.put(content, (int) offset, dst.remaining());
    }
  }
}
