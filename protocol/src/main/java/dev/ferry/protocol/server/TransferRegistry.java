package dev.ferry.protocol.server;

import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.RemovalStore;
import dev.ferry.protocol.SourceFile;
import dev.ferry.protocol.SourceStore;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.connection.Transfer;
import dev.ferry.protocol.connection.TransferContext;
import dev.ferry.protocol.connection.TransferFactory;
import dev.ferry.protocol.transfer.Answer;
import dev.ferry.protocol.transfer.FileReceiver;
import dev.ferry.protocol.transfer.FileSender;
import dev.ferry.protocol.transfer.ListSender;
import dev.ferry.protocol.transfer.RefusedTransfer;
import dev.ferry.protocol.util.ByteBudget;
import dev.ferry.protocol.util.Bytes;
import dev.ferry.protocol.util.Nanos;
import dev.ferry.protocol.util.PeerNetworks;
import dev.ferry.protocol.util.RateLimiter;
import dev.ferry.protocol.wire.frame.Frame.Close;
import dev.ferry.protocol.wire.frame.Frame.Open;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the transfers of Ferry mode over all transports, and knows the connection of each put by
 * its transfer id.
 */
final class TransferRegistry {
  /** How many files a network may open at once: a class behind one address. */
  private static final int BURST = 512;

  /** How many a second from then on, of those that come to nothing. */
  private static final int PER_SECOND = 100;

  /** How many directories of a name are as much work as a file, to be made and flushed. */
  private static final int DIRECTORIES_OF_A_FILE = 8;

  private static final int NETWORKS = 2048;

  private final PartialFileStore store;
  private final @Nullable SourceStore sources;
  private final Admission admission;
  private final PublicationPace pace;
  private final ByteBudget memory;
  private final RateLimiter openings;
  private final Turns openingTurns = Turns.every(Nanos.SECOND / PER_SECOND);
  private final HashBudget hashing;

  /** The latest time that is known. */
  private long latestNs;

  private final Map<PutKey, Put> puts = new HashMap<>();
  private @Nullable RemovalStore removals;
  private long handshakes;

  /**
   * Creates a registry without transfers.
   *
   * @param sources the files that clients may get, or null for none
   * @param memory for what all connections hold
   * @param networks of peers
   * @param trusted whether all peers of Ferry mode have the server's secret
   */
  TransferRegistry(
      PartialFileStore store,
      @Nullable SourceStore sources,
      Admission admission,
      ByteBudget memory,
      PeerNetworks networks,
      boolean trusted) {
    this.hashing = new HashBudget(networks, trusted);
    this.pace = new PublicationPace(!trusted, admission, networks);
    this.openings = new RateLimiter(BURST, PER_SECOND, NETWORKS, networks);
    this.memory = memory;
    this.store = store;
    this.sources = sources;
    this.admission = admission;
  }

  /**
   * What makes an attempt one at the same put: who has only guessed, or seen, the id of a transfer
   * of another file does not end it.
   */
  record PutKey(Bytes transfer, String name, long sizeBytes) {}

  /** A put that goes on, or has ended not long ago. */
  private record Put(ServerConnection entry, int file) {}

  /**
   * The next number of a handshake. All transports share the numbers, so that they show which
   * handshake came later.
   */
  long nextHandshake() {
    return ++handshakes;
  }

  /** How many handshakes there have been, over all transports. */
  long handshakes() {
    return handshakes;
  }

  /** It is so late; to be called before a connection is given anything. */
  void at(long nowNs) {
    latestNs = nowNs;
    pace.at(nowNs);
  }

  /** When to call {@link #onTimeout}. */
  long nextTimeout() {
    return pace.nextTimeout();
  }

  /** Time has passed. */
  void onTimeout(long nowNs) {
    pace.onTimeout(nowNs);
  }

  /** The server ends. */
  void stop() {
    pace.stop();
  }

  /** The factory of the transfer that the client of a connection asks for. */
  TransferFactory accept(ServerConnection entry, Open open) {
    return switch (open.operation()) {
      case PUT -> (context, nowNs) -> put(entry, open, context, nowNs);
      case GET ->
          (context, nowNs) ->
              FileSender.get(
                  context,
                  open,
                  isTooSoon(entry, open, nowNs) ? refusing(nowNs) : countedSources(entry, nowNs),
                  memory.share(entry.connection.peer().getAddress()),
                  nowNs);
      case LIST ->
          (context, nowNs) ->
              isTooSoon(entry, open, nowNs)
                  ? ListSender.refuse(context, open, tooSoon(nowNs), nowNs)
                  : ListSender.list(context, open, countedSources(entry, nowNs), nowNs);
      case DIGESTS ->
          (context, nowNs) ->
              isTooSoon(entry, open, nowNs)
                  ? ListSender.refuse(context, open, tooSoon(nowNs), nowNs)
                  : ListSender.digests(
                      context, open, budgeted(entry, countedSources(entry, nowNs), nowNs), nowNs);
      case VERIFY ->
          (context, nowNs) ->
              isTooSoon(entry, open, nowNs)
                  ? Answer.refuse(context, open, tooSoon(nowNs), nowNs)
                  : Answer.verify(
                      context, open, budgeted(entry, countedSources(entry, nowNs), nowNs), nowNs);
      case REMOVE ->
          (context, nowNs) -> {
            if (removals == null) {
              return Answer.refuse(context, open, noRemovals(), nowNs);
            }
            return isTooSoon(entry, open, nowNs)
                ? Answer.refuse(context, open, tooSoon(nowNs), nowNs)
                : Answer.remove(context, open, filesOf(entry).of(removals), nowNs);
          };
    };
  }

  /** From now on clients may have files removed. */
  void removeBy(RemovalStore store) {
    removals = store;
  }

  private static StorageException noRemovals() {
    return new StorageException(RefusalReason.NOT_PERMITTED, "this server removes no files");
  }

  /** The same, as far as the peer may still have files hashed. */
  private SourceStore budgeted(ServerConnection entry, SourceStore counted, long nowNs) {
    return new SourceStore() {
      @Override
      public SourceFile open(String name) throws StorageException {
        return counted.open(name);
      }

      @Override
      public FileAttributes attributes(String name) throws StorageException {
        return counted.attributes(name);
      }

      @Override
      public SourceFile openToVerify(String name) throws StorageException {
        SourceFile file = counted.openToVerify(name);
        try {
          takeHashing(entry.connection.peer().getAddress(), file.sizeBytes(), nowNs);
          return file;
        } catch (StorageException e) {
          file.release();
          throw e;
        }
      }

      @Override
      public void digests(String name, ListListener listener, long askedNs) {
        try {
          long sizeBytes = counted.attributes(name).sizeBytes();
          takeHashing(entry.connection.peer().getAddress(), sizeBytes, askedNs);
        } catch (StorageException e) {
          listener.failed(e, askedNs);
          return;
        }
        counted.digests(name, listener, askedNs);
      }
    };
  }

  private void takeHashing(InetAddress peer, long sizeBytes, long nowNs) throws StorageException {
    long seconds = hashing.secondsUntil(peer, sizeBytes, nowNs);
    if (seconds > 0) {
      throw StorageException.busy("too much to be hashed", seconds);
    }
  }

  /**
   * Has a peer's put take so much from the older file. What is copied is read and hashed, too; and
   * whether its digest is the one that the peer says is told, so it is for those alone to whom the
   * file would be handed out.
   *
   * @throws StorageException if it may not, or not so much
   */
  void takeCopy(InetAddress peer, long bytes) throws StorageException {
    if (sources == null) {
      throw new StorageException(RefusalReason.NOT_PERMITTED, "this server hands out no files");
    }
    takeHashing(peer, bytes, latestNs);
  }

  /** Whether the client's network has opened more than its rate allows; clients ask again. */
  private boolean isTooSoon(ServerConnection entry, Open open, long nowNs) {
    long directories = open.name().chars().filter(c -> c == '/').count();
    int work = 1 + (int) Math.min(directories / DIRECTORIES_OF_A_FILE, BURST - 1);
    return !openings.tryTake(entry.connection.peer().getAddress(), work, nowNs);
  }

  private StorageException tooSoon(long nowNs) {
    return StorageException.busy("too many files one after the other", openingTurns.next(nowNs));
  }

  private SourceStore refusing(long nowNs) {
    return name -> {
      throw tooSoon(nowNs);
    };
  }

  private SourceStore countedSources(ServerConnection entry, long nowNs) {
    return sources == null
        ? name -> {
          throw new StorageException(RefusalReason.NOT_PERMITTED, "this server hands out no files");
        }
        : filesOf(entry).of(sources, nowNs);
  }

  private CountedFiles filesOf(ServerConnection entry) {
    CountedFiles files = new CountedFiles(admission, entry.connection.peer().getAddress());
    files.afterCallbacks(calledNs -> entry.markChanged());
    return files;
  }

  private Transfer put(ServerConnection entry, Open open, TransferContext context, long nowNs) {
    PutKey key = new PutKey(open.transfer(), open.name(), open.file().sizeBytes());
    Put before = puts.get(key);
    if (before != null && before.entry().handshake > entry.handshake) {
      // Packets from before the client's last handshake must not end its current transfer.
      return RefusedTransfer.superseded(context, open, nowNs);
    }
    if (isTooSoon(entry, open, nowNs)) {
      PartialFileStore busy = (file, listener) -> listener.failed(tooSoon(nowNs), nowNs);
      return FileReceiver.put(context, open, busy, ByteBudget.unlimited(), nowNs);
    }
    supersede(key, nowNs);
    entry.puts.put(context.file(), key);
    puts.put(key, new Put(entry, context.file()));
    ByteBudget.Share share = memory.share(entry.connection.peer().getAddress());
    return FileReceiver.put(
        context, open, filesOf(entry).of(store, pace, this::takeCopy, nowNs), share, nowNs);
  }

  /**
   * Ends the earlier attempt at a put, which its client has given up and now resumes over another
   * connection.
   */
  private void supersede(PutKey transfer, long nowNs) {
    Put before = puts.remove(transfer);
    if (before != null) {
      before
          .entry()
          .connection
          .cancel(before.file(), Close.SUPERSEDED, new TransferFailure.Superseded(), nowNs);
      before.entry().markChanged();
    }
  }

  /**
   * A file has been transferred: the next one may take its place at once. So who transfers what it
   * opens is limited by the number of open files alone.
   */
  void finished(ServerConnection entry) {
    openings.giveBack(entry.connection.peer().getAddress());
  }

  /** A file of a connection is over, and not heard of any more. */
  void forget(ServerConnection entry, int file) {
    PutKey key = entry.puts.remove(file);
    if (key != null) {
      puts.remove(key, new Put(entry, file));
    }
  }

  /** Removes a connection that has ended. */
  void forget(ServerConnection entry) {
    entry.puts.forEach((file, key) -> puts.remove(key, new Put(entry, file)));
    entry.puts.clear();
  }
}
