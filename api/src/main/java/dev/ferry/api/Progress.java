package dev.ferry.api;

/**
 * The progress of a transfer.
 *
 * @param mode the protocol
 * @param sizeBytes the size of the file; −1 for a stream, whose end has not come
 * @param resumedBytes the bytes of it that the receiver had before; 0 … {@code sizeBytes}
 * @param doneBytes the bytes of it that the receiver has now, including {@code resumedBytes}
 */
public record Progress(TransferMode mode, long sizeBytes, long resumedBytes, long doneBytes) {}
