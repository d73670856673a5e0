package dev.ferry.copy;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import dev.ferry.runtime.FileJobs;
import dev.ferry.runtime.ParallelTransfers;
import dev.ferry.runtime.ServerQuestion;
import java.util.List;

/** The requests of a copy, in turns, from the first to the last. For one thread. */
public final class CopyRun {
  private final TurnedJobs jobs;
  private final Outcomes outcomes;
  private final Runnable giveUp;
  private Runnable atLoss = () -> {};

  /**
   * A run that has not begun.
   *
   * @param turns each is asked for what it has once all before it have an outcome
   * @param outcomes is what the transfers tell
   * @param giveUp is called if no server can be asked any more
   */
  public CopyRun(List<FileJobs> turns, Outcomes outcomes, Runnable giveUp) {
    this.jobs = new TurnedJobs(turns);
    this.outcomes = outcomes;
    this.giveUp = giveUp;
    outcomes.whenOver(jobs::over);
  }

  /** Says what is to know that no server can be asked any more before a later turn begins. */
  public CopyRun atLoss(Runnable newAtLoss) {
    atLoss = newAtLoss;
    return this;
  }

  /**
   * Runs all requests.
   *
   * @return whether that was all; else something has ended all of them ({@link
   *     ParallelTransfers#run})
   */
  public boolean run(ParallelTransfers transfers) throws InterruptedException {
    boolean complete = transfers.run(jobs);
    if (!complete) {
      atLoss.run();
    }
    jobs.release();
    if (!complete) {
      giveUp.run();
    }
    return complete;
  }

  /** Tells of each file that was not begun after {@link #run}, and looks for all of them. */
  public void leaveRest() throws InterruptedException {
    for (BatchRequest rest = jobs.next(); rest != null; rest = jobs.next()) {
      switch (rest.type()) {
        case TRANSFER -> outcomes.notTried((FileJob) rest);
        case QUESTION -> ((ServerQuestion) rest).listener().failed(new TransferFailure.Stopped());
      }
    }
  }
}
