package dev.ferry.protocol.connection;

import java.nio.ByteBuffer;

/** See {@link ContentStream#NONE}. */
final class NoContent implements ContentStream {
  @Override
  public boolean hasContent() {
    return false;
  }

  @Override
  public boolean hasLost() {
    return false;
  }

  @Override
  public boolean isTail() {
    return false;
  }

  @Override
  public long unsentBytes() {
    return 0;
  }

  @Override
  public boolean writeContent(ByteBuffer buffer, Piece piece, long nowNs) {
    return false;
  }

  @Override
  public boolean repeatContent(ByteBuffer buffer, Piece piece, long nowNs) {
    return false;
  }

  @Override
  public void onContentAcknowledged(long offset, int length, boolean wasLost, long nowNs) {
    throw new IllegalStateException("no content was sent");
  }

  @Override
  public void onContentCovered(int length, long nowNs) {
    throw new IllegalStateException("no content was sent");
  }

  @Override
  public void onContentLost(long offset, int length) {
    throw new IllegalStateException("no content was sent");
  }
}
