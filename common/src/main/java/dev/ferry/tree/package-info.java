/**
 * Which files of this machine a copy takes: the walk through directories, and the patterns that
 * leave files out. Nothing in here knows of peers. Start reading at {@link
 * dev.ferry.tree.SourceWalk}.
 */
@NullMarked
package dev.ferry.tree;

import org.jspecify.annotations.NullMarked;
