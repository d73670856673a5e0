/** Arguments, exit codes and output that the programs share. */
@NullMarked
package dev.ferry.cli;

import org.jspecify.annotations.NullMarked;
