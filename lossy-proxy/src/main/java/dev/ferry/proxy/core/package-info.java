/**
 * What the proxy decides, without sockets, files, threads and clocks: flows, the impairment of each
 * direction, counters, and the {@link dev.ferry.proxy.core.Tap} that hears of everything. The
 * sockets are in {@code dev.ferry.proxy}. Start reading at {@link
 * dev.ferry.proxy.core.ProxyEngine}.
 */
@NullMarked
package dev.ferry.proxy.core;

import org.jspecify.annotations.NullMarked;
