package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;

/**
 * A request to receive a file in Ferry mode.
 *
 * @param transfer the transfer id, which stays the same when the transfer is resumed
 * @param name the name that the peer asks for, not yet checked
 * @param attributes its size, time of modification and mode; together with {@code transfer} and
 *     {@code name} they identify its part file
 * @param failIfExists whether an existing file of that name makes the request fail, even if the
 *     store would replace it
 * @param preserve whether the published file gets the time and the mode of {@code attributes}
 * @param blockSums whether the file may be checked by the sums of its blocks, so that the SHA-256
 *     of the whole file may be left out where it would hold up the transfer
 * @param owner who sends it: files of one owner share what the disk has for one; empty if the user
 *     of this machine has asked for it
 * @param isOneOfMany whether many files come at a time, so that what the disk does for small ones
 *     may wait for others
 */
public record ReceiveRequest(
    Bytes transfer,
    String name,
    FileAttributes attributes,
    boolean failIfExists,
    boolean preserve,
    boolean blockSums,
    Bytes owner,
    boolean isOneOfMany) {
  /** A request for a file that comes alone. */
  public ReceiveRequest(
      Bytes transfer,
      String name,
      FileAttributes attributes,
      boolean failIfExists,
      boolean preserve,
      boolean blockSums,
      Bytes owner) {
    this(transfer, name, attributes, failIfExists, preserve, blockSums, owner, false);
  }

  /** The same request of another owner. */
  public ReceiveRequest ofOwner(Bytes newOwner) {
    return new ReceiveRequest(
        transfer, name, attributes, failIfExists, preserve, blockSums, newOwner, isOneOfMany);
  }
}
