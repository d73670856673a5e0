/**
 * A network in virtual time: hosts that run engines, links that impair datagrams, and stores in
 * memory. Everything follows from the seed. The faults and scenarios that run on it are tests of
 * this module. Start reading at {@link dev.ferry.testkit.sim.Simulation}.
 */
package dev.ferry.testkit.sim;
