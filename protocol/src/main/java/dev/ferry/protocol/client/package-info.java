/**
 * The client as one engine: it finds out what the server is, and transfers in the mode that fits.
 * Start reading at {@link dev.ferry.protocol.client.ClientEngine}.
 */
@NullMarked
package dev.ferry.protocol.client;

import org.jspecify.annotations.NullMarked;
