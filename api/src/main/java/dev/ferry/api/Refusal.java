package dev.ferry.api;

import dev.ferry.protocol.RefusalReason;

/** Why one end does not take a file, or does not hand it out. */
public enum Refusal {
  /** There are too many transfers at the moment. */
  BUSY,
  /** The name is not allowed: it is not relative, leaves the root, or is reserved. */
  NAME_NOT_ALLOWED,
  /** There is a file of that name, and it is not to be replaced. */
  EXISTS,
  /** The file is larger than the limit. */
  TOO_LARGE,
  /** The disk is full, or would be. */
  NO_SPACE,
  /** The operating system denies access, or files are not handed out. */
  NOT_PERMITTED,
  /** The name is taken by a directory, or a part of it by something that is none. */
  CANNOT_CREATE,
  /** The disk reported an error. */
  IO_ERROR,
  /** The other end broke the protocol. */
  PROTOCOL_VIOLATION,
  /** What arrived is not what was sent. */
  DIGEST_DIFFERS,
  /** There is no file of that name. */
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
