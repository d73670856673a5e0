package dev.ferry.api;

import dev.ferry.copy.CompareOptions;
import dev.ferry.copy.TreeOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.tree.IgnoreRules;
import dev.ferry.tree.TreeLinks;
import java.util.List;

/**
 * What a copy takes. Immutable: each method makes new options. Whether files keep their times and
 * permissions, and may be replaced, the client says ({@link FerryClient.Builder}).
 */
public final class CopyOptions {
  /** All files and directories that are not the same at both ends, and no links. */
  public static final CopyOptions DEFAULT =
      new CopyOptions(List.of(), TreeLinks.NONE, new CompareOptions(false, false, false));

  private final List<String> patterns;
  private final TreeLinks links;
  private final CompareOptions compare;

  private CopyOptions(List<String> patterns, TreeLinks links, CompareOptions compare) {
    this.patterns = List.copyOf(patterns);
    this.links = links;
    this.compare = compare;
  }

  /**
   * Leaves out what the patterns say, in addition to those of files {@code .ferryignore} in what is
   * sent.
   *
   * @param newPatterns in the syntax of gitignore(5), the last one that matches decides; in place
   *     of earlier ones
   */
  public CopyOptions excluding(List<String> newPatterns) {
    return new CopyOptions(newPatterns, links, compare);
  }

  /** Copies symbolic links, as such; no link is followed. The server must allow it. */
  public CopyOptions withLinks() {
    return new CopyOptions(patterns, new TreeLinks(true, links.hard()), compare);
  }

  /** Copies that files have several names; else each of them becomes a file of its own. */
  public CopyOptions withHardLinks() {
    return new CopyOptions(patterns, new TreeLinks(links.symbolic(), true), compare);
  }

  /** Copies files that are the same at both ends, too. */
  public CopyOptions withUnchanged() {
    return new CopyOptions(
        patterns, links, new CompareOptions(compare.checksum(), true, compare.wholeFiles()));
  }

  /**
   * Takes files for the same only if their SHA-256 is, and not if their sizes and times of
   * modification are. Both ends read them.
   */
  public CopyOptions comparingContent() {
    return new CopyOptions(
        patterns, links, new CompareOptions(true, compare.ignoreTimes(), compare.wholeFiles()));
  }

  /**
   * Copies files that have changed as a whole, and not only the blocks that the other end does not
   * have.
   */
  public CopyOptions withWholeFiles() {
    return new CopyOptions(
        patterns, links, new CompareOptions(compare.checksum(), compare.ignoreTimes(), true));
  }

  /**
   * The same for the copy. Where no file may be replaced nothing is compared, and where times are
   * not kept only digests are.
   *
   * @param knowsServer whether the server has to show that it has the secret
   * @param verifies whether nothing is copied, and all is compared by its content
   */
  TreeOptions tree(TransferOptions transfer, boolean knowsServer, boolean verifies) {
    boolean compares =
        (transfer.preserves() || compare.checksum()) && !transfer.refusesToOverwrite();
    CompareOptions comparing = compares ? compare : CompareOptions.NONE;
    return new TreeOptions(
        IgnoreRules.of(patterns),
        links,
        verifies ? new CompareOptions(true, false, true) : comparing,
        transfer,
        knowsServer,
        verifies);
  }
}
