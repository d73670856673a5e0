package dev.ferry.api;

import dev.ferry.copy.Outcomes;
import dev.ferry.protocol.FileAttributes;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.ServerQuestion;
import dev.ferry.runtime.ServerQuestion.Subject;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Asks a server to remove one thing. */
final class Removal implements CopyWork, ServerQuestion.Listener {
  private final Queue<ServerQuestion> questions = new ArrayDeque<>();
  private volatile @Nullable TransferFailure failure = new TransferFailure.Stopped();

  /**
   * A removal that has not been asked for.
   *
   * @param name at the server
   */
  Removal(String name) {
    questions.add(new ServerQuestion(Subject.REMOVE, name, null, 0, this));
  }

  /** Why it was not removed, or is not known to be; null if it was. */
  @Nullable TransferFailure failure() {
    return failure;
  }

  /** Nothing is sent. */
  @Override
  public boolean isFetching() {
    return true;
  }

  @Override
  public Turns open(RunningCopy copy, Outcomes outcomes) {
    return new Turns(List.of(questions::poll), () -> {}, () -> {});
  }

  @Override
  public void answered(@Nullable FileAttributes found, String sha256Hex) {
    failure = null;
  }

  @Override
  public void failed(TransferFailure newFailure) {
    failure = newFailure;
  }
}
