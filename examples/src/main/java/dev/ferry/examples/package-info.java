/** What a byte stream does to messages, and what helps: small programs to be run and read. */
@NullMarked
package dev.ferry.examples;

import org.jspecify.annotations.NullMarked;
