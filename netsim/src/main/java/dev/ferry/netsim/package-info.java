/**
 * What a bad network does to one direction of a path: a pure function of the seed, the datagrams in
 * their order, and the time. The simulator, the lossy proxy and the programs themselves use it. How
 * impairments are written as text is in {@code dev.ferry.cli}; datagrams are carried elsewhere.
 * Start reading at {@link dev.ferry.netsim.ImpairmentSpec}, then {@link dev.ferry.netsim.Impairer}.
 */
@NullMarked
package dev.ferry.netsim;

import org.jspecify.annotations.NullMarked;
