package dev.ferry.copy;

/**
 * What a copy fetches: a file at a server, or a directory with all that is below it.
 *
 * @param shownServer what stands before paths in messages, with a slash at its end if it is not
 *     empty
 * @param path below the server's root, with slashes; empty for the root. With a slash at its end
 *     the content of a directory is meant, without its own name
 */
public record RemoteSource(String shownServer, String path) {
  /** The last component; empty if the content of a directory is meant. */
  public String ownName() {
    return path.isEmpty() ? "" : CopyNames.of(path, "/").ownName();
  }

  /** Whether the content of a directory is meant, without its own name. */
  public boolean isContent() {
    return ownName().isEmpty();
  }

  /** The path without what says that its content is meant. */
  public String barePath() {
    String bare = path;
    while (bare.endsWith("/") || bare.endsWith("/.") || bare.equals(".")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    return bare;
  }

  /** As the user may type it. */
  public String shown() {
    return shownServer + path;
  }

  /** Something in it, as the user may type it. */
  public String shown(String name) {
    return shownServer + CopyNames.join(barePath(), name);
  }
}
