package dev.ferry.client;

import dev.ferry.copy.CompareOptions;
import dev.ferry.copy.TreeOptions;
import dev.ferry.runtime.TransferOptions;
import dev.ferry.tree.IgnoreRules;
import dev.ferry.tree.TreeLinks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is copied of what the command line names, and what is done with the outcome.
 *
 * @param patterns what is left out, in the syntax of gitignore(5)
 * @param filesFrom a file with the sources, a line each, or {@code -} for stdin; null for none
 * @param filesFromNul the same with a zero byte behind each
 * @param failedTo where to list what was not copied; null for nowhere
 * @param links whether symbolic links are copied, as such
 * @param hardLinks whether it is copied that files have several names
 * @param dryRun whether to say only what would be done
 * @param compare what counts as unchanged
 * @param verify whether files are compared by their digests, and none is copied
 * @param delete what is deleted at the destination
 */
record CopyOptions(
    List<String> patterns,
    @Nullable String filesFrom,
    @Nullable String filesFromNul,
    @Nullable String failedTo,
    boolean links,
    boolean hardLinks,
    boolean dryRun,
    CompareOptions compare,
    boolean verify,
    DeleteOptions delete) {
  CopyOptions {
    patterns = List.copyOf(patterns);
  }

  IgnoreRules rules() {
    return IgnoreRules.of(patterns);
  }

  /** Which links are copied. */
  TreeLinks treeLinks() {
    return new TreeLinks(links, hardLinks);
  }

  /** What a copy takes, and how. */
  TreeOptions tree(CompareOptions comparing, TransferOptions transfer, boolean knowsServer) {
    return new TreeOptions(rules(), treeLinks(), comparing, transfer, knowsServer, dryRun);
  }

  /** Whether the sources come from a file. */
  boolean readsList() {
    return filesFrom != null || filesFromNul != null;
  }

  /** Whether the user has said nothing of this. */
  boolean isDefault() {
    boolean isPlain = patterns.isEmpty() && !links && !hardLinks && !dryRun && compare.isDefault();
    return isPlain && !readsList() && failedTo == null && !delete.wanted();
  }
}
