/** The seam between the protocol cores, which do no I/O, and whatever drives them. */
@NullMarked
package dev.ferry.engine;

import org.jspecify.annotations.NullMarked;
