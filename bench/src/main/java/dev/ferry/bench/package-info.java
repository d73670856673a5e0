/** Benchmarks: each main class is started by the script of the same name beside the module. */
@NullMarked
package dev.ferry.bench;

import org.jspecify.annotations.NullMarked;
