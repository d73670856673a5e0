/**
 * Ferry for Java programs: {@link dev.ferry.api.FerryClient} sends and fetches files, {@link
 * dev.ferry.api.FerryServer} stores and serves them. This is the only package for other projects. A
 * test compares it with a listing, so that every change of it is visible.
 *
 * <p>Sizes are in bytes. Parameters and results are never null. Classes are thread-safe, builders
 * are not.
 */
@NullMarked
package dev.ferry.api;

import org.jspecify.annotations.NullMarked;
