package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.storage.TransferExecutors.TransferExecutor;
import java.util.concurrent.Executor;

/**
 * Where files arrive in Ferry mode: part files {@code .ferry-….part} in the root, each with its
 * journal {@code .ferry-….journal}. One that is found again belongs to the same transfer, name,
 * size and time of modification; it counts only as far as its blocks are what the journal says.
 *
 * <p>While a part file is in use, here or in another process, the same transfer gets a new one. So
 * whoever wants to resume a transfer whose earlier attempt is not over lets go of that first;
 * {@link #receive} waits for what {@link DiskPartialFile#keep} then does.
 */
final class DiskPartialFileStore implements PartialFileStore {
  private final StoreRoot root;
  private final PathPolicy naming;
  private final EngineThread engineThread;
  private final TransferExecutors executors;
  private final BlockBuffers buffers = new BlockBuffers();

  /**
   * Sets up.
   *
   * @param diskWorkers runs what waits for the disk
   */
  DiskPartialFileStore(
      StoreRoot root, PathPolicy naming, Executor diskWorkers, EngineThread engineThread) {
    this.root = root;
    this.naming = naming;
    this.engineThread = engineThread;
    this.executors = new TransferExecutors(diskWorkers);
  }

  @Override
  public void receive(ReceiveRequest file, Listener listener) {
    TransferExecutor executor = executors.enter(file.transfer());
    PartOpening opening = new PartOpening(this, file, executor, listener);
    executor.afterAll(opening::run);
  }

  StoreRoot root() {
    return root;
  }

  PathPolicy naming() {
    return naming;
  }

  EngineThread engineThread() {
    return engineThread;
  }

  BlockBuffers buffers() {
    return buffers;
  }

  /** To be called when a part file has ended, or there is to be none. */
  void leave(ReceiveRequest file) {
    executors.leave(file.transfer());
  }
}
