/**
 * The lossy proxy as a program: command line, sockets, files and reports. It stands between clients
 * and a server and misbehaves exactly as told. What it decides is in {@code core}; how it is
 * steered is in {@code control}. Start reading at {@link dev.ferry.proxy.ProxyMain}, then {@link
 * dev.ferry.proxy.ProxyLoop}.
 */
@NullMarked
package dev.ferry.proxy;

import org.jspecify.annotations.NullMarked;
