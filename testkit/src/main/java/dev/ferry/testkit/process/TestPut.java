package dev.ferry.testkit.process;

import dev.ferry.clock.NanoClock;
import dev.ferry.framing.StreamFraming;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.storage.DiskFileContent;
import dev.ferry.storage.DiskSourceFile;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.TcpTransport;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;

/** Uploads a file in Ferry mode over a real socket, as our own client does with {@code --ferry}. */
public final class TestPut {
  private static final int DATAGRAM_BYTES = 1472;

  private TestPut() {}

  /**
   * Uploads under the given name, from a fresh port, as a transfer of its own.
   *
   * @param diskWorkers takes the digest
   * @return {@link ClientEvent.Completed} or {@link ClientEvent.Failed}
   */
  public static ClientEvent run(
      InetSocketAddress server, String name, Path file, Executor diskWorkers) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().connect(server);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      DiskSourceFile source = new DiskSourceFile(DiskFileContent.open(file), diskWorkers, loop);
      try {
        ClientConfig config = ClientConfig.of(server, DATAGRAM_BYTES);
        Course course = new Course(engine(config, name, source), loop);
        loop.add(new UdpTransport<>(channel, course.engine, course));
        loop.run();
        return course.end;
      } finally {
        source.release();
      }
    }
  }

  /** The same over a TCP connection. */
  public static ClientEvent overTcp(
      InetSocketAddress server, String name, Path file, Executor diskWorkers) throws IOException {
    try (SocketChannel channel = SocketChannel.open(server);
        EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      DiskSourceFile source = new DiskSourceFile(DiskFileContent.open(file), diskWorkers, loop);
      try {
        ClientConfig config =
            ClientConfig.of(server, HandshakeCodec.STREAM_PACKET_BYTES)
                .overStream(TcpTransport.FIRST_PACKETS);
        Course course = new Course(engine(config, name, source), loop);
        loop.add(TcpTransport.ofClient(channel, StreamFraming.LENGTH, course.engine, course));
        loop.run();
        return course.end;
      } finally {
        source.release();
      }
    }
  }

  private static ClientEngine engine(ClientConfig config, String name, DiskSourceFile source) {
    SecureRandom random = new SecureRandom();
    byte[] transfer = new byte[Open.TRANSFER_BYTES];
    random.nextBytes(transfer);
    Open open =
        new Open(0, Operation.PUT, false, true, Bytes.copyOf(transfer), source.attributes(), name);
    TransferFactory factory = (context, nowNs) -> FileSender.put(context, open, source, nowNs);
    return ClientEngine.beginningInFerryMode(config, factory, random, NanoClock.SYSTEM.nanoTime());
  }

  private static final class Course implements EngineListener<ClientEvent> {
    private final ClientEngine engine;
    private final EventLoop loop;
    private ClientEvent end;

    Course(ClientEngine engine, EventLoop loop) {
      this.engine = engine;
      this.loop = loop;
    }

    @Override
    public void onEvent(ClientEvent event, long nowNs) {
      switch (event.kind()) {
        case CONNECTED -> {}
        case COMPLETED, FAILED -> end = event;
      }
    }

    @Override
    public void beforeWait(long nowNs) {
      if (end instanceof ClientEvent.Failed || (end != null && engine.isEnded())) {
        loop.stop();
      }
    }
  }
}
