/**
 * The common parts of all command lines: the frame of a main class, options of several programs,
 * values of options and their units, key files, exit codes, JSON lines, and the escaping of text
 * from elsewhere. The options of one program are in that program. Start reading at {@link
 * dev.ferry.cli.Program}.
 */
@NullMarked
package dev.ferry.cli;

import org.jspecify.annotations.NullMarked;
