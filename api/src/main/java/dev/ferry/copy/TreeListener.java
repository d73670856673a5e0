package dev.ferry.copy;

import dev.ferry.protocol.StorageException;
import dev.ferry.protocol.TransferFailure;
import dev.ferry.runtime.CopyListener;
import dev.ferry.runtime.FileJob;
import dev.ferry.tree.Found;
import java.io.IOException;

/** Is told what a copy finds, and what becomes of it, on any of several threads. */
public interface TreeListener extends CopyListener {
  /** A file is to be copied, unless it is unchanged. */
  void found(FileJob job);

  /** Something is left out. */
  void skipped(Found.Skipped skipped);

  /** A file is the same at both ends, and is not copied. */
  void unchanged(FileJob job);

  /** The server says nothing of the files that it has: all of them are copied. */
  void notCompared();

  /**
   * Something on this machine cannot be looked at.
   *
   * @param listed what names it in a list of files
   */
  void failed(String listed, IOException cause);

  /** Another name of a file is not made, because the file was not copied under its first one. */
  void firstFailed(String listed);

  /**
   * The server has no list of a source. It goes on with the other sources if {@link
   * CopyListener#concernsOneFile} says so; if not, {@link #lost} is called as well.
   */
  void notListed(RemoteSource source, TransferFailure failure);

  /**
   * The server cannot read what is in a directory.
   *
   * @param shown what it is at the server
   */
  void unreadable(String shown);

  /** The server does not say where a link leads. */
  void unknownTarget(String shown);

  /**
   * Something that is no regular file could not be stored here.
   *
   * @param shown what it is at the server
   * @param place its name here
   */
  void unstorable(String shown, String place, StorageException cause);

  /**
   * A link, or another name of a file, has been made here.
   *
   * @param shown what it is at the server
   */
  void linked(String shown);

  /** A directory here has got its time and mode. */
  void dressed();
}
