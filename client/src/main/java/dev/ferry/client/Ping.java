package dev.ferry.client;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.handshake.ClientHandshake;
import dev.ferry.protocol.lab.Dialect;
import dev.ferry.protocol.lab.LabCodec;
import dev.ferry.protocol.lab.LabMessage.Start;
import dev.ferry.protocol.util.Jitter;
import dev.ferry.protocol.util.Udp;
import dev.ferry.runtime.ServerNames;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a server answers, with a start and no content (protocol.md, section 4.4), or with a
 * hello if only a Ferry server is wanted. A Ferry server answers it, prints nothing, and creates
 * nothing.
 */
final class Ping {
  /** The number of attempts, as the lab prescribes it. */
  private static final int ATTEMPTS = 5;

  private static final int TIMEOUT_MS = 500;
  private static final int RECEIVE_BYTES = 65_535;

  private final byte[] request;
  private final @Nullable ClientHandshake handshake;
  private @Nullable IOException lastError;

  /** Creates a ping that any server answers. */
  Ping(Dialect dialect) {
    this.handshake = null;
    Start start = new Start(dialect, 0, ServerNames.PING, 1, true);
    request = new byte[LabCodec.encodedBytes(start)];
    LabCodec.encode(start, ByteBuffer.wrap(request));
  }

  /** Creates a ping that only a Ferry server answers, with the same secret if there is one. */
  Ping(ClientHandshake handshake) {
    this.handshake = handshake;
    ByteBuffer hello = ByteBuffer.allocate(Udp.MAX_PAYLOAD_BYTES);
    handshake.pollTransmit(0, hello);
    request = Arrays.copyOf(hello.array(), hello.position());
  }

  /** The last error of the operating system. */
  Optional<IOException> lastError() {
    return Optional.ofNullable(lastError);
  }

  /** Asks one address after the other; returns the last failure, or empty if a server answers. */
  Optional<TransferFailure> anyOf(List<InetSocketAddress> addresses) {
    Optional<TransferFailure> failure = Optional.of(new TransferFailure.NoAnswer());
    for (InetSocketAddress address : addresses) {
      failure = at(address);
      if (failure.isEmpty()) {
        break;
      }
    }
    return failure;
  }

  private Optional<TransferFailure> at(InetSocketAddress address) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(address);
      for (int i = 0; i < ATTEMPTS; i++) {
        socket.setSoTimeout((int) Jitter.lengthen(TIMEOUT_MS, i));
        socket.send(new DatagramPacket(request, request.length));
        if (isAnswered(socket)) {
          return Optional.empty();
        }
      }
    } catch (PortUnreachableException e) {
      return Optional.of(new TransferFailure.NothingListens(false, false));
    } catch (IOException e) {
      lastError = e;
    }
    return Optional.of(new TransferFailure.NoAnswer());
  }

  /**
   * Whether a valid answer arrives. Any other datagram costs an attempt, so that nobody can prolong
   * the wait.
   */
  private boolean isAnswered(DatagramSocket socket) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[RECEIVE_BYTES], RECEIVE_BYTES);
    try {
      socket.receive(answer);
    } catch (SocketTimeoutException e) {
      return false;
    }
    ByteBuffer datagram = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
    if (handshake == null) {
      return LabCodec.decodeFromServer(datagram) != null;
    }
    // A server under load answers with a token, which does not show whether it has our secret.
    return handshake.handle(datagram)
        && (handshake.secrets() != null || handshake.rejectedWelcomes() == 0);
  }
}
