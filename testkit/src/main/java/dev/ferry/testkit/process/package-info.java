/**
 * The real programs as processes, and what tests need around them: ports, relays, disks, system
 * calls, unprivileged users. Tests in virtual time use {@code sim} instead. Start reading at {@link
 * dev.ferry.testkit.process.JarProcess}.
 */
package dev.ferry.testkit.process;
