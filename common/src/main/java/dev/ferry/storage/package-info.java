/**
 * Files on a disk: names below a root, part files and their journals, publication, and the files
 * that are sent. It implements the storage ports of {@link dev.ferry.protocol}, and knows nothing
 * of messages, sockets or command lines. Start reading at {@link dev.ferry.storage.DiskLabStore}.
 *
 * <p>Content is written on the engine's thread. What waits for the disk runs on disk workers, and
 * what came of it is told on the engine's thread. Classes are for one thread at a time, except
 * where they say that they are thread-safe.
 */
@NullMarked
package dev.ferry.storage;

import org.jspecify.annotations.NullMarked;
