/** The client as one engine: finds out what the server is, and transfers in the mode that fits. */
@NullMarked
package dev.ferry.engine.client;

import org.jspecify.annotations.NullMarked;
