import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.ContentCheck;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.BatchFile;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.client.ClientEngine;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.client.FileBatch;
import dev.ferry.protocol.connection.TransferEvent;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.wire.frame.Frame.Open;
import dev.ferry.protocol.wire.frame.Frame.Operation;
import dev.ferry.transport.EngineListener;
import dev.ferry.transport.EventLoop;
import dev.ferry.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Strangers who keep to the protocol, and complete one tiny file after the other, as many at a time
 * as the server takes, over several connections from one address, until the process is ended:
 * {@code BatchStrangers PORT}. See attacks.sh, which compiles and starts it.
 */
final class BatchStrangers {
  private static final String ADDRESS = "127.9.9.9";
  private static final int CONNECTIONS = 4;
  private static final byte[] CONTENT = {'x'};
  private static final ContentCheck CHECK = ContentCheck.bySha256(sha256());
  private static final SecureRandom RANDOM = new SecureRandom();
  private static int files;

  private BatchStrangers() {}

  public static void main(String[] arguments) throws IOException {
    InetSocketAddress server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    try (EventLoop loop = EventLoop.open(NanoClock.SYSTEM)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        begin(server, loop);
      }
      loop.run();
    }
  }

  private static byte[] sha256() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(CONTENT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void begin(InetSocketAddress server, EventLoop loop) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open().bind(new InetSocketAddress(ADDRESS, 0)).connect(server);
    FileBatch batch =
        new FileBatch(
            new FileBatch.Source() {
              @Override
              public BatchFile poll() {
                return new Tiny("tiny/" + files++ % 10_000, loop);
              }

              @Override
              public boolean isExhausted() {
                return false;
              }
            });
    ClientEngine engine =
        ClientEngine.beginningInFerryMode(
            ClientConfig.of(server, 1472), batch, RANDOM, NanoClock.SYSTEM.nanoTime());
    loop.add(
        new UdpTransport<>(
            channel,
            engine,
            new EngineListener<ClientEvent>() {
              @Override
              public void onEvent(ClientEvent event, long nowNs) {
                if (event instanceof ClientEvent.Failed failed) {
                  System.out.println(failed);
                  loop.stop();
                }
              }
            }));
  }

  private record Tiny(String name, EventLoop loop) implements BatchFile {
    @Override
    public FileKind kind() {
      return FileKind.FILE;
    }

    @Override
    public long sizeBytes() {
      return CONTENT.length;
    }

    @Override
    public TransferFactory prepare() {
      byte[] id = new byte[Open.TRANSFER_BYTES];
      RANDOM.nextBytes(id);
      FileAttributes attributes = new FileAttributes(CONTENT.length, 1, 0600);
      return (context, nowNs) ->
          FileSender.put(
              context,
              new Open(
                  context.file(), Operation.PUT, false, true, Bytes.copyOf(id), attributes, name),
              new Source(attributes, loop),
              nowNs);
    }

    @Override
    public void notTaken() {}

    @Override
    public void started(TransferEvent.Started event) {}

    @Override
    public void progress(long doneBytes, long nowNs) {}

    @Override
    public void finished(TransferEvent.Finished event) {}

    @Override
    public void failed(TransferFailure failure) {}
  }

  private record Source(FileAttributes attributes, EventLoop loop) implements SourceFile {
    @Override
    public long sizeBytes() {
      return CONTENT.length;
    }

    @Override
    public void read(long offset, ByteBuffer dst) {
      dst.put(CONTENT, (int) offset, dst.remaining());
    }

    @Override
    public void useBlockSums() {}

    @Override
    public void digest(DigestListener listener) {
      loop.execute(nowNs -> listener.digested(CHECK, nowNs));
    }

    @Override
    public void release() {}
  }
}
