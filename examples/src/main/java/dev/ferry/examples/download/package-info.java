/**
 * A file is asked for, offered, accepted or refused, and sent; the one example that writes to a
 * disk. Start reading at {@link dev.ferry.examples.download.DownloadServer}.
 */
@NullMarked
package dev.ferry.examples.download;

import org.jspecify.annotations.NullMarked;
