/** A file is asked for, offered, accepted or not, and sent. */
@NullMarked
package dev.ferry.examples.download;

import org.jspecify.annotations.NullMarked;
