/**
 * Files on a disk: names below a root, part files and their journals, publication, and the files
 * that are sent. Start reading at {@link dev.ferry.storage.DiskLabStore}.
 */
@NullMarked
package dev.ferry.storage;

import org.jspecify.annotations.NullMarked;
