/**
 * Steering a running proxy: an HTTP API, metrics and a page for a browser, all on the loopback
 * interface. It knows the proxy only as a {@link dev.ferry.proxy.control.Controllable}, and touches
 * it on the proxy's own thread only. Start reading at {@link dev.ferry.proxy.control.Api}.
 */
@NullMarked
package dev.ferry.proxy.control;

import org.jspecify.annotations.NullMarked;
