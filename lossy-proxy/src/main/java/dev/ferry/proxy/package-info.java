/**
 * The lossy proxy: stands between clients and a server and misbehaves exactly as told. {@link
 * dev.ferry.proxy.ProxyEngine} decides what arrives when, {@link dev.ferry.proxy.ProxyLoop} carries
 * it, a {@link dev.ferry.proxy.Tap} is told of it.
 */
@NullMarked
package dev.ferry.proxy;

import org.jspecify.annotations.NullMarked;
