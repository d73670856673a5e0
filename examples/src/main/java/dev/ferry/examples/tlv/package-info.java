/**
 * Datagrams over a stream: a marker and a length before each. Start reading at {@link
 * dev.ferry.examples.tlv.TlvServer}.
 */
@NullMarked
package dev.ferry.examples.tlv;

import org.jspecify.annotations.NullMarked;
