package dev.ferry.runtime;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.TransferStats;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.protocol.client.FileBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Transfers many files in one direction, each with an outcome of its own: over one connection, many
 * at a time, where the server takes that, else over one connection for each. What was not over when
 * a connection breaks off goes on by another one, as {@link TransferRunner} has it. Only with Ferry
 * servers.
 */
public final class BatchRunner {
  private static final TransferFailure STOPPED = new TransferFailure.Stopped();

  private static final ClientEvent NOTHING_TO_DO =
      new ClientEvent.Completed(TransferStats.NOTHING, 0, null, null);

  private final BatchTransfer transfer;
  private final TransferRunner runner;
  private volatile boolean stopped;

  /**
   * Creates a runner; {@link #run} starts the transfers.
   *
   * @param direction of all files
   * @param diskWorkers runs the tasks that wait for the disk
   * @param listener is told of the batch as a whole; its progress is that of all files together
   * @param files is told of each file
   */
  public BatchRunner(
      Direction direction,
      TransferOptions options,
      SecurityOptions security,
      TransportOptions transport,
      Executor diskWorkers,
      TransferListener listener,
      BatchListener files) {
    this.transfer = new BatchTransfer(direction, options, security, diskWorkers, files);
    this.runner = new TransferRunner(transfer, transport, listener);
  }

  /** Where the files go. */
  public enum Direction {
    /** From here to the server. */
    PUT,
    /** From the server. */
    GET
  }

  /** What runs the connections: to be asked, and to remember paths by. */
  public TransferRunner runner() {
    return runner;
  }

  /** Has {@link BatchListener#progress} called; on the thread of {@link #run}. */
  void tellProgress(long nowNs) {
    transfer.tellProgress(nowNs);
  }

  /** Stops everything, and tells the server; {@link #run} returns soon afterwards. Thread-safe. */
  public boolean stop() {
    stopped = true;
    return runner.stop();
  }

  /**
   * Transfers the files; returns when each of them has an outcome. If no server can be asked any
   * more, those that have not been taken from the iterator by then are left there.
   *
   * @param files is asked on a thread of its own, and may take its time
   * @return how it ended as a whole: {@link ClientEvent.Completed} whatever has become of single
   *     files, or {@link ClientEvent.Failed} if no server could be asked for all of them
   * @throws IOException if no socket can be opened; each file has failed then
   */
  public ClientEvent run(List<InetSocketAddress> addresses, Iterator<? extends BatchRequest> files)
      throws IOException {
    return run(addresses, () -> addresses, files);
  }

  /**
   * The same where the addresses may change.
   *
   * @param resolver is asked again before each further connection
   */
  public ClientEvent run(
      List<InetSocketAddress> addresses, Resolver resolver, Iterator<? extends BatchRequest> files)
      throws IOException {
    BatchSource source = transfer.open(files);
    try {
      if (!source.awaitFirst()) {
        return NOTHING_TO_DO;
      }
      FileBatch batch = transfer.begin(source);
      ClientEvent end = runner.run(addresses, resolver);
      while (end.kind() == ClientEvent.Kind.COMPLETED && !batch.isOver() && !stopped) {
        end = runner.run(addresses, resolver); // The server takes one file for each connection.
      }
      source.close();
      batch.abandon(end instanceof ClientEvent.Failed failed ? failed.failure() : STOPPED);
      return end;
    } catch (IOException | RuntimeException e) {
      source.close();
      transfer.abandon(new TransferFailure.NoAnswer());
      throw e;
    }
  }
}
