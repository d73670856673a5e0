package dev.ferry.copy;

import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.protocol.client.ClientEvent;
import dev.ferry.runtime.FileJob;
import dev.ferry.tree.Found;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a copy has told, a line each. */
final class TreeLog implements TreeListener {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void found(FileJob job) {
    lines.add("found " + job.name());
  }

  @Override
  public void skipped(Found.Skipped skipped) {
    lines.add("skipped " + skipped.listed());
  }

  @Override
  public void unchanged(FileJob job) {
    lines.add("unchanged " + job.name());
  }

  @Override
  public void notCompared() {
    lines.add("not compared");
  }

  @Override
  public void failed(String listed, IOException cause) {
    lines.add("failed " + listed);
  }

  @Override
  public void firstFailed(String listed) {
    lines.add("first failed " + listed);
  }

  @Override
  public void notListed(RemoteSource source, TransferFailure failure) {
    lines.add("not listed " + source.path() + " " + failure.kind());
  }

  @Override
  public void unreadable(String shown) {
    lines.add("unreadable " + shown);
  }

  @Override
  public void unknownTarget(String shown) {
    lines.add("unknown target " + shown);
  }

  @Override
  public void unstorable(String shown, String place, StorageException cause) {
    lines.add("unstorable " + shown);
  }

  @Override
  public void linked(String shown) {
    lines.add("linked " + shown);
  }

  @Override
  public void dressed() {
    lines.add("dressed");
  }

  @Override
  public void goesOnOverTcp() {
    lines.add("over TCP");
  }

  @Override
  public void retrying(FileJob job, TransferFailure failure, long withoutProgressNs, long pauseNs) {
    lines.add("retrying " + job.name());
  }

  @Override
  public void connected(FileJob job, ClientEvent.Connected event) {
    lines.add("connected " + job.name());
  }

  @Override
  public void progress(FileJob job, long doneBytes, long nowNs) {}

  @Override
  public void completed(FileJob job, ClientEvent.Completed event) {
    lines.add("completed " + job.name());
  }

  @Override
  public void failed(FileJob job, ClientEvent.Failed event, Optional<IOException> error) {
    lines.add("failed " + job.name() + " " + event.failure().kind());
  }

  @Override
  public void notTaken(FileJob job) {
    lines.add("not taken " + job.name());
  }

  @Override
  public void lost(TransferFailure failure, Optional<IOException> error) {
    lines.add("lost " + failure.kind());
  }

  @Override
  public void failed(FileJob job, IOException cause) {
    lines.add("failed " + job.name());
  }

  @Override
  public void notTried(FileJob job) {
    lines.add("not tried " + job.name());
  }
}
