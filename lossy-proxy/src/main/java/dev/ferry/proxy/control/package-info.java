/**
 * Steering a running proxy: a small HTTP API, metrics and a page for a browser, all on the loopback
 * interface. It knows the proxy by what {@link dev.ferry.proxy.control.Controllable} says, and
 * touches it on the proxy's own thread only.
 */
@NullMarked
package dev.ferry.proxy.control;

import org.jspecify.annotations.NullMarked;
