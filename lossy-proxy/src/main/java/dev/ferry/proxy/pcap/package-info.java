/**
 * Captures of what goes through the proxy, in the pcapng format (draft-ietf-opsawg-pcapng). No I/O:
 * the caller has the file. Start reading at {@link dev.ferry.proxy.pcap.PcapWriter}.
 */
@NullMarked
package dev.ferry.proxy.pcap;

import org.jspecify.annotations.NullMarked;
