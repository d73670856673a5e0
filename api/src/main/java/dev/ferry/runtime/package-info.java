/**
 * How a transfer and a server are run: sockets, threads, files, which endpoint is tried next, and
 * the orderly stop. The programs and {@code dev.ferry.api} drive it; it decides nothing about
 * packets, knows no command line, and is no stable interface. Start reading at {@link
 * dev.ferry.runtime.TransferRunner} and {@link dev.ferry.runtime.ServerRunner}.
 */
@NullMarked
package dev.ferry.runtime;

import org.jspecify.annotations.NullMarked;
