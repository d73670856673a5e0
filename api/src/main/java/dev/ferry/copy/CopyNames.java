package dev.ferry.copy;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides under which names the sources of a copy arrive, by the text of the command line alone,
 * where it can: a directory arrives whole, with its own name; with a slash behind it, only what is
 * in it does.
 *
 * @param base what leads to the source, with a slash behind it; may be empty
 * @param ownName its last component; empty if its content is meant
 */
public record CopyNames(String base, String ownName) {
  /**
   * Splits the name of a source.
   *
   * @param text not empty
   * @param separators what separates components, a slash among them
   */
  public static CopyNames of(String text, String separators) {
    int end = text.length();
    while (end > 0 && separators.indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = end;
    while (start > 0 && separators.indexOf(text.charAt(start - 1)) < 0) {
      start--;
    }
    String last = text.substring(start, end);
    return end < text.length() || last.equals(".") || last.equals("..")
        ? new CopyNames(text.substring(0, end) + "/", "")
        : new CopyNames(text.substring(0, start), last);
  }

  /** Whether the content of a directory is meant, without its own name. */
  public boolean isContent() {
    return ownName.isEmpty();
  }

  /**
   * The name at the destination.
   *
   * @param destination as the user has given it; with a slash at its end it is a directory, and
   *     empty it is the top
   * @param isDirectory whether the source is a directory
   * @param several whether there are several sources, which go into a directory
   */
  public String at(String destination, boolean isDirectory, boolean several) {
    boolean isItsName =
        !isDirectory && !several && !destination.isEmpty() && !destination.endsWith("/");
    return isItsName ? destination : join(destination, ownName);
  }

  /**
   * What names the source in a list of files: the part behind {@code /./} is its name below the
   * destination.
   */
  public String listed() {
    if (isContent()) {
      return base + ".";
    }
    return base.isEmpty() ? ownName : base + "./" + ownName;
  }

  /** A name in a directory; each of them may be empty. */
  public static String join(String directory, String name) {
    String bare = directory;
    while (bare.endsWith("/")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    // What begins with a slash is turned down later, and must not lose it here.
    String kept = bare.isEmpty() && !directory.isEmpty() ? "/" : bare;
    if (kept.isEmpty() || name.isEmpty()) {
      return kept + name;
    }
    return (kept.equals("/") ? "" : kept) + "/" + name;
  }

  /**
   * Reads a line of a list of files: what is behind the first {@code /./}, or all of it.
   *
   * @return the name below the destination; empty for the top
   */
  public static String ofLine(String line) {
    int cut = line.indexOf("/./");
    String below = cut < 0 ? line : line.substring(cut + 3);
    List<String> parts = new ArrayList<>();
    for (String part : below.split("/", -1)) {
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return cut < 0 && line.endsWith("/.") ? "" : String.join("/", parts);
  }
}
