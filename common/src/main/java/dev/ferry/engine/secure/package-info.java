/** Ferry mode's handshake and the protection of its packets (protocol.md, part II). No I/O. */
@NullMarked
package dev.ferry.engine.secure;

import org.jspecify.annotations.NullMarked;
