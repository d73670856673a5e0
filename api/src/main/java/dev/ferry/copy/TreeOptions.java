package dev.ferry.copy;

import dev.ferry.runtime.TransferOptions;
import dev.ferry.tree.IgnoreRules;
import dev.ferry.tree.TreeLinks;

/**
 * What a copy takes, and how.
 *
 * @param rules what is left out, wherever it is below a source
 * @param links which links are copied
 * @param compare which files count as unchanged
 * @param transfer how each file is transferred
 * @param knowsServer whether the server has to show that it has the user's key: only then
 *     directories that were there get the modes that it says
 * @param changesNothing whether nothing is made here, because the copy is only planned
 */
public record TreeOptions(
    IgnoreRules rules,
    TreeLinks links,
    CompareOptions compare,
    TransferOptions transfer,
    boolean knowsServer,
    boolean changesNothing) {}
