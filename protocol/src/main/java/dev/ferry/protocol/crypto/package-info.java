/**
 * The keys of a connection and the protection of its packets (protocol.md, sections 7.3 and 9):
 * cipher suites, key derivation, sealing, opening, replay window, X25519. The agreement on the keys
 * is in {@code handshake}. Classes with state are not thread-safe. Start reading at {@link
 * dev.ferry.protocol.crypto.PacketKeys}.
 */
@NullMarked
package dev.ferry.protocol.crypto;

import org.jspecify.annotations.NullMarked;
