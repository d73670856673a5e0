/**
 * A copy of whole trees, either way: which files it consists of, in which turns, and which of them
 * are the same at both ends. What is transferred, {@link dev.ferry.runtime.ParallelTransfers} runs.
 * The client program and {@code dev.ferry.api} use it, and say what comes of it. Start reading at
 * {@link dev.ferry.copy.TreeCopy}.
 */
@NullMarked
package dev.ferry.copy;

import org.jspecify.annotations.NullMarked;
