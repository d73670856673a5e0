package dev.ferry.api;

import dev.ferry.protocol.RefusalReason;

/** Why one end refuses a file. */
public enum Refusal {
  /** There are too many transfers at the moment. */
  BUSY,
  /** The name is not relative, leaves the root, or is reserved. */
  NAME_NOT_ALLOWED,
  /** A file of that name exists, and must not be replaced. */
  EXISTS,
  /** The file is larger than the limit. */
  TOO_LARGE,
  /** The disk is full, or would be. */
  NO_SPACE,
  /** The operating system denies access, or the server sends no files. */
  NOT_PERMITTED,
  /** The name belongs to a directory, or a part of it to something else than a directory. */
  CANNOT_CREATE,
  /** The disk reported an error. */
  IO_ERROR,
  /** The other end broke the protocol. */
  PROTOCOL_VIOLATION,
  /** What arrived is not what was sent. */
  DIGEST_DIFFERS,
  /** The file does not exist. */
  NO_SUCH_FILE;

  static Refusal of(RefusalReason reason) {
    return switch (reason) {
      case BUSY -> BUSY;
      case NAME_NOT_ALLOWED -> NAME_NOT_ALLOWED;
      case EXISTS -> EXISTS;
      case TOO_LARGE -> TOO_LARGE;
      case NO_SPACE -> NO_SPACE;
      case NOT_PERMITTED -> NOT_PERMITTED;
      case CANNOT_CREATE -> CANNOT_CREATE;
      case IO_ERROR -> IO_ERROR;
      case PROTOCOL_VIOLATION -> PROTOCOL_VIOLATION;
      case DIGEST_DIFFERS -> DIGEST_DIFFERS;
      case NO_SUCH_FILE -> NO_SUCH_FILE;
    };
  }
}
