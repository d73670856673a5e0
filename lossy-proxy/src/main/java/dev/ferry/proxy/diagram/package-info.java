/**
 * Draws a trace as a message sequence chart. {@link dev.ferry.proxy.diagram.Course} is what
 * happened, {@link dev.ferry.proxy.diagram.Folding} chooses what of it is shown, {@link
 * dev.ferry.proxy.diagram.Layout} where, and {@link dev.ferry.proxy.diagram.Drawing} draws it. No
 * I/O. Start reading at {@link dev.ferry.proxy.diagram.Diagram}.
 */
@NullMarked
package dev.ferry.proxy.diagram;

import org.jspecify.annotations.NullMarked;
