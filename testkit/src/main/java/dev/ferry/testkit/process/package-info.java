/** Fixtures for the tests of all modules. */
package dev.ferry.testkit.process;
