/** Pictures as SVG: elements, and charts of several panels over one axis. */
@NullMarked
package dev.ferry.svg;

import org.jspecify.annotations.NullMarked;
