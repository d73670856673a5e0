package dev.ferry.api;

/**
 * How far a transfer has come.
 *
 * @param mode how the file travels
 * @param sizeBytes the size of the file
 * @param resumedBytes how much of it the receiver had already when the transfer began; 0 … {@code
 *     sizeBytes}
 * @param doneBytes how much of it is at the receiver, {@code resumedBytes} included
 */
public record Progress(TransferMode mode, long sizeBytes, long resumedBytes, long doneBytes) {}
