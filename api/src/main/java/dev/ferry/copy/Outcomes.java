package dev.ferry.copy;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.CopyListener;
import dev.ferry.runtime.FileJob;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Passes on what becomes of files, and keeps what the rest of the copy must know of it: that a file
 * has its outcome, and which ones have failed. Thread-safe.
 */
public final class Outcomes implements CopyListener {
  private final CopyListener listener;

  /** The names at the server of what has not been copied. */
  private final Set<String> failedNames = new HashSet<>();

  private volatile Runnable whenOver = () -> {};

  /** Outcomes that are passed on to a listener. */
  public Outcomes(CopyListener listener) {
    this.listener = listener;
  }

  /** Says who is to be told that a file has its outcome, one call for each. */
  void whenOver(Runnable newWhenOver) {
    whenOver = newWhenOver;
  }

  /** Whether what has a name at the server was not copied. */
  synchronized boolean hasFailed(String name) {
    return failedNames.contains(name);
  }

  private synchronized void noteFailure(FileJob job) {
    failedNames.add(job.name());
  }

  @Override
  public void goesOnOverTcp() {
    listener.goesOnOverTcp();
  }

  @Override
  public void retrying(FileJob job, TransferFailure failure, long withoutProgressNs, long pauseNs) {
    listener.retrying(job, failure, withoutProgressNs, pauseNs);
  }

  @Override
  public void connected(FileJob job, ClientEvent.Connected event) {
    listener.connected(job, event);
  }

  @Override
  public void progress(FileJob job, long doneBytes, long nowNs) {
    listener.progress(job, doneBytes, nowNs);
  }

  @Override
  public void completed(FileJob job, ClientEvent.Completed event) {
    listener.completed(job, event);
    whenOver.run();
  }

  @Override
  public void failed(FileJob job, ClientEvent.Failed event, Optional<IOException> error) {
    noteFailure(job);
    listener.failed(job, event, error);
    whenOver.run();
  }

  @Override
  public void notTaken(FileJob job) {
    noteFailure(job);
    listener.notTaken(job);
    whenOver.run();
  }

  @Override
  public void lost(TransferFailure failure, Optional<IOException> error) {
    listener.lost(failure, error);
  }

  @Override
  public void failed(FileJob job, IOException cause) {
    noteFailure(job);
    listener.failed(job, cause);
    whenOver.run();
  }

  @Override
  public void notTried(FileJob job) {
    noteFailure(job);
    listener.notTried(job);
    whenOver.run();
  }
}
