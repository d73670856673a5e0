/**
 * Ferry for Java programs: {@link dev.ferry.api.FerryClient} sends and fetches files, {@link
 * dev.ferry.api.FerryServer} takes them and hands them out. This is the only package of the project
 * that is meant for others; a test compares it with a listing, so that no change of it goes unseen.
 *
 * <p>Sizes are in bytes, unless a type says otherwise. Nothing may be null where no annotation says
 * so. Classes are safe for use by many threads; builders are not.
 */
@NullMarked
package dev.ferry.api;

import org.jspecify.annotations.NullMarked;
