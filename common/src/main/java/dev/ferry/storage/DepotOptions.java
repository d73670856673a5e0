package dev.ferry.storage;

/**
 * What a depot accepts.
 *
 * @param overwrite whether a file of the same name is replaced
 * @param maxFileBytes the largest file
 * @param reserveBytes how much of the disk stays free
 */
public record DepotOptions(boolean overwrite, long maxFileBytes, long reserveBytes) {}
