package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.FileKind;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where files arrive in Ferry mode: part files {@code .ferry-….part} in the root, each with its
 * journal {@code .ferry-….journal}. One that is found again belongs to the same transfer, name,
 * size and time of modification; it counts only as far as its blocks are what the journal says.
 *
 * <p>While a part file is in use, here or in another process, the same transfer gets a new one. To
 * resume a transfer whose earlier attempt is not over, end that attempt first; {@link #receive}
 * waits for what {@link DiskPartialFile#keep} then does.
 *
 * <p>Small files of which many arrive at a time have none of that: see {@link SmallFiles}.
 */
final class DiskPartialFileStore implements PartialFileStore {
  private final StoreRoot root;
  private final PathPolicy naming;
  private final EngineThread engineThread;
  private final TransferExecutors executors;
  private final BlockMemory memory;
  private final Executor diskWorkers;

  /**
   * A store in a root.
   *
   * @param naming chooses each file's place below the root
   * @param diskWorkers runs what waits for the disk
   * @param engineThread is told how it ended
   * @param memory for blocks that are arriving; of this thread
   */
  DiskPartialFileStore(
      StoreRoot root,
      PathPolicy naming,
      FairWorkers diskWorkers,
      EngineThread engineThread,
      BlockMemory memory) {
    this.root = root;
    this.naming = naming;
    this.engineThread = engineThread;
    this.memory = memory;
    this.diskWorkers = diskWorkers;
    this.executors = new TransferExecutors(diskWorkers);
  }

  @Override
  public void receive(ReceiveRequest request, Listener listener) {
    TransferExecutor executor = executors.enter(request.transfer(), request.owner());
    if (request.attributes().kind() != FileKind.FILE) {
      ArrivingEntry.open(this, request, executor, listener);
    } else if (isSmall(request)) {
      SmallFileOpening opening = new SmallFileOpening(this, request, executor, listener);
      executor.afterEarlierUses(
          () -> root.smallFiles().open(request.owner(), opening, diskWorkers));
    } else {
      PartOpening opening = new PartOpening(this, request, executor, listener);
      executor.afterAll(opening::run);
    }
  }

  /** What a hook is to look at is a file of its own, and need not wait for others. */
  private boolean isSmall(ReceiveRequest request) {
    return request.isOneOfMany()
        && request.attributes().sizeBytes() <= SmallFile.MAX_BYTES
        && root.options().hook() == null;
  }

  Executor diskWorkers() {
    return diskWorkers;
  }

  BlockMemory memory() {
    return memory;
  }

  StoreRoot root() {
    return root;
  }

  EngineThread engineThread() {
    return engineThread;
  }

  /** Where a name leads that is not yet checked. */
  RelativePath placeOf(String name) throws InvalidNameException {
    return naming.placeOf(name);
  }

  /** What becomes of a file once it is complete. */
  Destination destinationOf(ReceiveRequest request) throws IOException {
    boolean mayReplace = root.options().overwrite() && !request.failIfExists();
    @Nullable FileAttributes preserved = request.preserve() ? request.attributes() : null;
    return new Destination(
        naming.placeOf(request.name()), Destination.ifTaken(mayReplace), preserved);
  }
}
