package dev.ferry.copy;

import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.FileJob;

/** Is told what a verification finds, file by file, on any of several threads. */
public interface VerifyListener {
  /** A file is the same at both ends. */
  void same(FileJob job);

  /** It is not. */
  void differs(FileJob job, Verdicts.Difference difference);

  /** That could not be found out. */
  void notVerified(FileJob job, TransferFailure failure);

  /** The server tells nothing of what its files hold. */
  void cannotVerify();
}
