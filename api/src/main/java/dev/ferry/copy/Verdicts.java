package dev.ferry.copy;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.BatchRequest;
import dev.ferry.runtime.FileJob;
import org.jspecify.annotations.Nullable;

/** What is done with files that have been compared. What is returned is asked of the server. */
public interface Verdicts {
  /** How a file at the destination is not the one at the source. */
  enum Difference {
    /** There is none. */
    MISSING,
    /** It has another size, another time, or another content, whichever is compared. */
    DIFFERS
  }

  /** The file is the same at both ends. */
  @Nullable BatchRequest same(FileJob job);

  /** It is not. */
  @Nullable BatchRequest changed(FileJob job, Difference difference);

  /** That could not be found out. */
  @Nullable BatchRequest unknown(FileJob job, TransferFailure failure);

  /** Whether the server is asked for what it may have also where there is nothing here. */
  default boolean asksForAll() {
    return false;
  }

  /** The server answers no questions: whatever comes from now on is not compared. */
  void unanswered();

  /** For a copy: what is the same is left out, and all else is copied. */
  static Verdicts ofCopy(TreeListener listener) {
    return new Verdicts() {
      @Override
      public @Nullable BatchRequest same(FileJob job) {
        listener.unchanged(job);
        return null;
      }

      @Override
      public BatchRequest changed(FileJob job, Difference difference) {
        return job;
      }

      /** Whatever is wrong with it is said when it is copied. */
      @Override
      public BatchRequest unknown(FileJob job, TransferFailure failure) {
        return job;
      }

      @Override
      public void unanswered() {
        listener.notCompared();
      }
    };
  }

  /** For a verification: everything is said, and nothing copied. */
  static Verdicts ofVerify(VerifyListener listener) {
    return new Verdicts() {
      @Override
      public @Nullable BatchRequest same(FileJob job) {
        listener.same(job);
        return null;
      }

      @Override
      public @Nullable BatchRequest changed(FileJob job, Difference difference) {
        listener.differs(job, difference);
        return null;
      }

      @Override
      public @Nullable BatchRequest unknown(FileJob job, TransferFailure failure) {
        listener.notVerified(job, failure);
        return null;
      }

      /** What is at neither end is no difference. */
      @Override
      public boolean asksForAll() {
        return true;
      }

      @Override
      public void unanswered() {
        listener.cannotVerify();
      }
    };
  }
}
