/**
 * An engine that does nothing, for tests. The parts of the test kit are in the packages below:
 * {@code sim} is the simulator, {@code labpeers} has scripted lab programs, {@code process} starts
 * the real ones.
 */
package dev.ferry.testkit;
