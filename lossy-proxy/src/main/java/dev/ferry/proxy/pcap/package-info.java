/**
 * Captures of what goes through the proxy, in the pcapng format (draft-ietf-opsawg-pcapng). No I/O.
 */
@NullMarked
package dev.ferry.proxy.pcap;

import org.jspecify.annotations.NullMarked;
