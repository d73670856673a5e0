/** The client: its arguments, the course of a transfer, progress, and what starts it. */
@NullMarked
package dev.ferry.client;

import org.jspecify.annotations.NullMarked;
