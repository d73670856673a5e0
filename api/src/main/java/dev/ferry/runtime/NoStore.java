package dev.ferry.runtime;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.LabStore;
import dev.ferry.protocol.PartialFileStore;
import dev.ferry.protocol.ReceiveRequest;
import dev.ferry.protocol.RefusalReason;
import dev.ferry.protocol.StorageException;

/** Takes no files. It looks at no disk, so that its refusals tell nothing of what is there. */
final class NoStore implements LabStore, PartialFileStore {
  private final EngineThread thread;

  NoStore(EngineThread thread) {
    this.thread = thread;
  }

  private static StorageException refusal() {
    return new StorageException(RefusalReason.NOT_PERMITTED, "this server takes no files");
  }

  @Override
  public void receive(ReceiveRequest file, Listener listener) {
    thread.execute(nowNs -> listener.failed(refusal(), nowNs));
  }

  @Override
  public RefusalReason check(String name, long sizeBytes) {
    return RefusalReason.NOT_PERMITTED;
  }

  @Override
  public String inventName(String extension) {
    return extension;
  }

  @Override
  public IncomingFile create(String name, long sizeBytes) throws StorageException {
    throw refusal();
  }

  @Override
  public IncomingFile createEmpty(String name) throws StorageException {
    throw refusal();
  }
}
