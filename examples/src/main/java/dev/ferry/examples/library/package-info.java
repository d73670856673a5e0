/** Ferry in a Java program: a server and a client that share a process. */
@NullMarked
package dev.ferry.examples.library;

import org.jspecify.annotations.NullMarked;
