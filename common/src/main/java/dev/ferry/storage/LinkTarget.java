package dev.ferry.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * The rule for where a symbolic link may lead that comes from a peer, or is told to one
 * (protocol.md, section 5): to something below the same root, by whatever path that leads there. A
 * {@code ..} stands only in front, where it leaves directories that are none but directories:
 * behind the name of another link it could leave the root.
 */
final class LinkTarget {
  private static final String UP = "..";

  private LinkTarget() {}

  /**
   * Checks a target.
   *
   * @param place where the link is to be, or is
   * @param target as it stands in the link
   * @throws InvalidNameException if it breaks the rule
   */
  static void check(RelativePath place, String target) throws InvalidNameException {
    if (target.isEmpty() || target.startsWith("/") || target.indexOf('\\') >= 0) {
      throw new InvalidNameException("the link's target is no relative path");
    }
    if (target.getBytes(UTF_8).length > RemoteName.MAX_NAME_BYTES) {
      throw new InvalidNameException(
          "the link's target is longer than " + RemoteName.MAX_NAME_BYTES + " bytes");
    }
    if (target.codePoints().anyMatch(RemoteName::isForbidden)) {
      throw new InvalidNameException(
          "the link's target has a control or bidirectional character in it");
    }
    int depth = place.directories().size();
    boolean inFront = true;
    for (String component : List.of(target.split("/", -1))) {
      if (component.equals(UP)) {
        depth--;
        if (!inFront) {
          throw new InvalidNameException("'..' stands not in front in the link's target");
        }
        if (depth < 0) {
          throw new InvalidNameException("the link's target is outside the root");
        }
      } else if (!component.isEmpty() && !component.equals(".")) {
        inFront = false;
      }
    }
  }

  /** Whether a target keeps to the rule. */
  static boolean isAllowed(RelativePath place, String target) {
    try {
      check(place, target);
      return true;
    } catch (InvalidNameException e) {
      return false;
    }
  }
}
