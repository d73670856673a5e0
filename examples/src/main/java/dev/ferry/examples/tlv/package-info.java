/** Datagrams over a stream: a marker and a length before each. */
@NullMarked
package dev.ferry.examples.tlv;

import org.jspecify.annotations.NullMarked;
