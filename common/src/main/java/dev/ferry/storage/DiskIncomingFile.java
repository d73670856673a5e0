package dev.ferry.storage;

import dev.ferry.protocol.EngineThread;
import dev.ferry.protocol.IncomingFile;
import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.util.Sha256;
import dev.ferry.storage.ArrivalHook.Arrival;
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
  private final StoreRoot root;
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
      StoreRoot root,
      LockedPart part,
      Destination destination,
      Promise space,
      Executor disk,
      LabLane lane,
      EngineThread engineThread) {
    this.root = root;
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
        () -> {
          ArrivalHook hook = root.options().hook();
          if (hook == null) {
            publish(() -> lane.begin(deadlineNs), sha256Hex, listener);
          } else {
            ask(hook, deadlineNs, sha256Hex, listener);
          }
        });
  }

  /** What has to go well before. */
  private interface Condition {
    void require() throws IOException;
  }

  private void publish(Condition condition, String sha256Hex, PublicationListener listener) {
    Publication.attempt(
        () -> {
          condition.require();
          flusher.requireSound();
          part.publishWithoutJournal(destination, space);
          space.settle();
          return sha256Hex;
        },
        this::remove,
        engineThread,
        listener);
  }

  private void ask(
      ArrivalHook hook, long deadlineNs, String sha256Hex, PublicationListener listener) {
    Arrival arrival;
    try {
      lane.begin(deadlineNs);
      flusher.requireSound();
      part.flush();
      arrival = part.arrival(destination, sha256Hex, null);
    } catch (IOException | RuntimeException e) {
      publish(
          () -> {
            throw Publication.asFailure(e);
          },
          sha256Hex,
          listener);
      return;
    }
    hook.look(
        arrival,
        refusal ->
            disk.execute(
                () ->
                    publish(
                        () -> {
                          if (refusal != null) {
                            throw refusal;
                          }
                        },
                        sha256Hex,
                        listener)));
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
