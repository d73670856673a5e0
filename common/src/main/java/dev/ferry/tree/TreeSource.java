package dev.ferry.tree;

import java.nio.file.Path;

/**
 * What a copy takes: a file, or a directory with all that is below it.
 *
 * @param path where it is; its last component is followed if it is a link
 * @param listed what names it in a list of files; a part {@code /./} in it ends what is not part of
 *     the name at the destination
 * @param name its name at the destination, with slashes; empty for the top of the destination
 */
public record TreeSource(Path path, String listed, String name) {
  /** The name of something in a directory. */
  static String below(String directory, String entry) {
    return directory.isEmpty() ? entry : directory + "/" + entry;
  }
}
