package dev.ferry.runtime;

import dev.ferry.clock.NanoClock;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs one connection after the other, until the transfer is complete or {@link Continuation} says
 * that it is over. Knows neither sockets nor threads. Not thread-safe.
 */
final class RetryLoop {
  private static final ClientEvent LOST_CONTACT =
      new ClientEvent.Failed(new TransferFailure.LostContact(), TransferStats.NOTHING);

  /** The connections of one transfer. */
  interface Connections {
    /** Why a connection was left before its end. */
    enum Left {
      /** It was not. */
      NO,
      /** The server can be reached by a stream that is there already. */
      FOR_STREAM,
      /** The server, or this machine, has another address by now. */
      FOR_SEARCH
    }

    /** Runs the transfer with whichever address answers first. */
    ClientEvent search(List<InetSocketAddress> addresses) throws IOException;

    /** Runs the transfer by the stream; only if the last connection was left for it. */
    ClientEvent overStream() throws IOException;

    /** Whether, and for what, the last connection was left. */
    Left left();

    /** The server that was tried last; null before the first. */
    @Nullable InetSocketAddress lastServer();
  }

  /** A wait that another thread, or the network, may end. */
  @FunctionalInterface
  interface Pause {
    /**
     * Waits for so long at the most.
     *
     * @return false if the transfer has been stopped
     */
    boolean await(long pauseNs);
  }

  private final Connections connections;
  private final ServerLookup lookup;
  private final Continuation continuation;
  private final NanoClock clock;
  private final Pause pause;
  private final TransferListener listener;

  /**
   * Runs nothing yet.
   *
   * @param listener is told before each pause
   */
  RetryLoop(
      Connections connections,
      ServerLookup lookup,
      Continuation continuation,
      NanoClock clock,
      Pause pause,
      TransferListener listener) {
    this.connections = connections;
    this.lookup = lookup;
    this.continuation = continuation;
    this.clock = clock;
    this.pause = pause;
    this.listener = listener;
  }

  /** Runs the transfer; returns how it ended. */
  ClientEvent run() throws IOException {
    ClientEvent end = connections.search(lookup.known());
    while (end instanceof ClientEvent.Failed failed) {
      switch (connections.left()) {
        case FOR_STREAM -> end = afterAgreement(LOST_CONTACT, connections.overStream());
        case FOR_SEARCH -> end = afterAgreement(LOST_CONTACT, searchAgain());
        case NO -> {
          long nowNs = clock.nanoTime();
          OptionalLong pauseNs = continuation.pauseAfter(failed.failure(), nowNs);
          if (pauseNs.isEmpty()) {
            return end;
          }
          listener.retrying(
              failed.failure(), continuation.withoutProgressNs(nowNs), pauseNs.getAsLong());
          if (!pause.await(pauseNs.getAsLong())) {
            return ConnectionRunner.STOPPED;
          }
          end = afterAgreement(end, searchAgain());
        }
      }
    }
    return end;
  }

  /** A transfer that a server has agreed to goes on there, as long as its name leads there. */
  private ClientEvent searchAgain() throws IOException {
    return connections.search(ServerLookup.first(lookup.soon(), connections.lastServer()));
  }

  /** If nobody answers any more, what ended the connection before says more. */
  private static ClientEvent afterAgreement(ClientEvent before, ClientEvent end) {
    return EndpointSearch.neverAnswered(end) ? before : end;
  }
}
