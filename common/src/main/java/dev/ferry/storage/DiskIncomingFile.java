package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.storage.SpaceLedger.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Executor;

/**
 * A part file of the lab mode. Content is written on the engine's thread, in order. A disk worker
 * flushes it from time to time: little is then left to flush at the end, while the client waits for
 * the last acknowledgement.
 */
final class DiskIncomingFile implements IncomingFile {
  private final LockedPart part;
  private final Destination destination;
  private final Promise space;
  private final Executor disk;
  private final LabLane lane;
  private final EngineThread engineThread;
  private final Flusher flusher;
  private final MessageDigest digest = Sha256.start();

  /**
   * The file that arrives in a new part file.
   *
   * @param space what it is expected to take
   * @param disk runs one task at a time, in order
   */
  DiskIncomingFile(
      LockedPart part,
      Destination destination,
      Promise space,
      Executor disk,
      LabLane lane,
      EngineThread engineThread) {
    this.part = part;
    this.destination = destination;
    this.space = space;
    this.disk = disk;
    this.lane = lane;
    this.engineThread = engineThread;
    this.flusher = new Flusher(space, part::flush, disk, disk, engineThread, nowNs -> {});
  }

  @Override
  public void write(long offset, ByteBuffer src) throws StorageException {
    flusher.requireSound();
    digest.update(src.duplicate());
    int bytes = src.remaining();
    try {
      part.write(offset, src);
      flusher.uses(bytes);
      flusher.wrote(bytes);
    } catch (IOException e) {
      throw StorageErrors.translate("cannot write the part file", e);
    }
  }

  @Override
  public void publish(PublicationListener listener) {
    space.end();
    String sha256Hex = HexFormat.of().formatHex(digest.digest());
    long deadlineNs = lane.enter();
    disk.execute(
        () ->
            Publication.attempt(
                () -> {
                  lane.begin(deadlineNs);
                  flusher.requireSound();
                  part.publishWithoutJournal(destination, space);
                  space.settle();
                  return sha256Hex;
                },
                this::remove,
                engineThread,
                listener));
  }

  @Override
  public void discard() {
    space.end();
    disk.execute(this::remove);
  }

  private void remove() {
    part.remove();
    space.settle();
  }
}
