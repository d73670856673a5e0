package dev.ferry.storage;

import static java.nio.file.StandardOpenOption.WRITE;

import dev.ferry.clock.NanoClock;
import dev.ferry.clock.WallClock;
import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;
import dev.ferry.storage.Destination.IfTaken;
import dev.ferry.storage.SpaceLedger.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The root directory of a server. Part files lie in it directly, published files at their names
 * below it.
 *
 * <p>{@link #check}, {@link #create} and writing run on the engine's thread; flushing and
 * publishing run on the given executor.
 */
public final class DiskLabStore implements LabStore {
  /** How many directories a start alone may lead to. */
  private static final int MAX_DIRECTORIES_FOR_A_START = 32;

  private static final String CANNOT_CREATE = "cannot create a part file";

  private final StoreRoot root;
  private final Executor labWorker;
  private final LabLane lane;
  private final EngineThread engineThread;
  private final DiskPartialFileStore parts;
  private final PathPolicy names;
  private final SecureRandom random = new SecureRandom();
  private final RootCount count;
  private final Executor tidyWorker;
  private final AtomicBoolean tidying = new AtomicBoolean();

  private DiskLabStore(
      StoreRoot root, Workers workers, EngineThread engineThread, NanoClock clock) {
    this.root = root;
    this.labWorker = workers.lab();
    this.tidyWorker = workers.ferry();
    this.lane = new LabLane(clock);
    this.count = new RootCount(root.realPath(), root.quota(), workers.background(), clock);
    this.engineThread = engineThread;
    AccessRules access = root.options().access();
    this.parts =
        new DiskPartialFileStore(
            root, access.ferryNames(), workers.ferry(), engineThread, new BlockMemory());
    this.names = access.labNames();
  }

  /**
   * The threads that wait for the disk.
   *
   * @param lab for lab mode alone, whose peers have proved nothing
   * @param ferry for Ferry mode, whose peers have their turns
   * @param background for what nobody waits for
   */
  public record Workers(Executor lab, FairWorkers ferry, Executor background) {}

  /**
   * Opens a root directory and makes sure that it can be written to. What a crashed process has
   * left is removed, except for part files that can be resumed.
   *
   * @param workers run what waits for the disk
   * @param engineThread is told how publications end
   * @throws IOException if it is no directory or cannot be written to
   */
  public static DiskLabStore open(
      Path root, StoreOptions options, Workers workers, EngineThread engineThread)
      throws IOException {
    return open(root, options, workers, engineThread, NanoClock.SYSTEM);
  }

  /** Opens a root directory with another clock for what waits. */
  static DiskLabStore open(
      Path root, StoreOptions options, Workers workers, EngineThread engineThread, NanoClock clock)
      throws IOException {
    return open(root, options, workers, engineThread, clock, WallClock::epochNanos);
  }

  /**
   * Opens a root directory with other clocks.
   *
   * @param epochNs reads the wall clock, in ns since 1970
   */
  static DiskLabStore open(
      Path root,
      StoreOptions options,
      Workers workers,
      EngineThread engineThread,
      NanoClock clock,
      LongSupplier epochNs)
      throws IOException {
    DiskLabStore store =
        new DiskLabStore(StoreRoot.open(root, options, epochNs), workers, engineThread, clock);
    store.count.begin();
    return store;
  }

  /**
   * Removes on a disk worker what crashed processes have left, and part files that have expired or
   * are too many, as when the root was opened. Does nothing while the last time is still under way.
   * Where there is a quota, what the root holds is counted once more, because other programs may
   * have changed it.
   */
  public void tidy() {
    count.begin();
    if (!tidying.compareAndSet(false, true)) {
      return;
    }
    try {
      tidyWorker.execute(
          () -> {
            try {
              root.tidy();
            } catch (IOException e) {
              // The root cannot be read at the moment; there will be a next time.
            } finally {
              tidying.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      tidying.set(false); // The server ends, and the next one tidies up when it starts.
    }
  }

  /** Ends what waits in lab mode soon, because the server stops. Thread-safe. */
  public void stop() {
    count.stop();
    lane.stop();
  }

  StoreRoot root() {
    return root;
  }

  /** The store of Ferry mode in the same root, under the same rules. */
  public PartialFileStore parts() {
    return parts;
  }

  @Override
  public @Nullable RefusalReason check(String name, long sizeBytes) {
    try {
      names.placeOf(name);
    } catch (InvalidNameException e) {
      return RefusalReason.NAME_NOT_ALLOWED;
    }
    return sizeBytes > root.options().maxFileBytes() ? RefusalReason.TOO_LARGE : null;
  }

  @Override
  public String inventName(String extension) {
    return "upload-" + PartName.randomHex(random) + "." + extension;
  }

  @Override
  public IncomingFile create(String name, long sizeBytes) throws StorageException {
    try {
      return create(
          new Destination(
              names.placeOf(name), Destination.ifTaken(root.options().overwrite()), null),
          sizeBytes);
    } catch (IOException e) {
      throw StorageErrors.translate(CANNOT_CREATE, e);
    }
  }

  @Override
  public @Nullable IncomingFile createEmpty(String name) throws StorageException {
    if (lane.isCrowded()) {
      throw LabLane.busy();
    }
    try {
      RelativePath place = names.placeOf(name);
      if (place.directories().size() > MAX_DIRECTORIES_FOR_A_START) {
        return null;
      }
      if (!root.options().overwrite()) {
        return create(new Destination(place, IfTaken.REFUSE, null), 0);
      }
      return root.holdsContent(place)
          ? null
          : create(new Destination(place, IfTaken.KEEP, null), 0);
    } catch (IOException e) {
      throw StorageErrors.translate(CANNOT_CREATE, e);
    }
  }

  private IncomingFile create(Destination destination, long sizeBytes) throws IOException {
    int names = root.check(destination);
    Promise space = root.space().expect(sizeBytes, names);
    LockedPart part;
    try {
      part = LockedPart.create(root, WRITE);
    } catch (IOException | RuntimeException e) {
      space.settle();
      throw e;
    }
    return new DiskIncomingFile(
        root, part, destination, space, new SerialExecutor(labWorker), lane, engineThread);
  }
}
