package dev.ferry.storage;

import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;

/** A disk with as much room as a test says. */
final class TestDisk extends FileStore {
  long usableBytes;

  TestDisk(long usableBytes) {
    this.usableBytes = usableBytes;
  }

  @Override
  public long getUsableSpace() {
    return usableBytes;
  }

  @Override
  public long getTotalSpace() {
    return Long.MAX_VALUE;
  }

  @Override
  public long getUnallocatedSpace() {
    return usableBytes;
  }

  @Override
  public String name() {
    return "test";
  }

  @Override
  public String type() {
    return "test";
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
    return false;
  }

  @Override
  public boolean supportsFileAttributeView(String name) {
    return false;
  }

  @Override
  public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
    return null;
  }

  @Override
  public Object getAttribute(String attribute) {
    throw new UnsupportedOperationException(attribute);
  }
}
