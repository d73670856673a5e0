/**
 * Runs a transfer or a server: sockets, threads, files, the order of endpoints, the orderly stop.
 * The programs and {@code dev.ferry.api} use it. The command line is in the programs, and the
 * protocol in {@code dev.ferry.protocol}. Start reading at {@link dev.ferry.runtime.TransferRunner}
 * and {@link dev.ferry.runtime.ServerRunner}.
 */
@NullMarked
package dev.ferry.runtime;

import org.jspecify.annotations.NullMarked;
