/**
 * Benchmarks. Scripts beside the module start their main classes; docs/performance.md quotes what
 * they print. Nothing here is part of a program.
 */
@NullMarked
package dev.ferry.bench;

import org.jspecify.annotations.NullMarked;
