package dev.ferry.protocol;

import dev.ferry.protocol.util.Bytes;

/**
 * A file that is about to arrive in Ferry mode.
 *
 * @param transfer tells this transfer from all others; the same again when it is resumed
 * @param name the name that the peer asks for, not yet checked
 * @param attributes its size, time of modification and mode; together with {@code transfer} and
 *     {@code name} they tell whether a part file is one of it
 * @param failIfExists whether a file of that name is not replaced, though the depot would
 * @param preserve whether the published file gets the time and the mode of {@code attributes}
 */
public record ReceiveRequest(
    Bytes transfer,
    String name,
    FileAttributes attributes,
    boolean failIfExists,
    boolean preserve) {}
