/**
 * Clients and servers of the networking lab, written as scripts: the lab's own programs and those
 * of students, with their mistakes. They are engines, so they run in the simulator and over real
 * sockets. Of Ferry's lab mode they use nothing but the names of the dialects. Start reading at
 * {@link dev.ferry.testkit.labpeers.ClientKind} and {@link
 * dev.ferry.testkit.labpeers.ScriptedPeer}.
 */
package dev.ferry.testkit.labpeers;
