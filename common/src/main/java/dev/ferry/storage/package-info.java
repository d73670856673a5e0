/** The directory in which received files appear: names, part files, publication. */
@NullMarked
package dev.ferry.storage;

import org.jspecify.annotations.NullMarked;
