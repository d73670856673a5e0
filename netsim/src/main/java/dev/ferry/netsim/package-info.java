/**
 * The impairment model: what a bad network does to one direction of a path, decided by a pure
 * function of the seed, the packets in their order, and the time. The simulator, the lossy proxy
 * and the programs themselves use the same one.
 */
@NullMarked
package dev.ferry.netsim;

import org.jspecify.annotations.NullMarked;
