package dev.ferry.protocol.recovery;

/** Is told what a packet carried, part by part. */
@FunctionalInterface
public interface PartVisitor {
  /**
   * Something of one file.
   *
   * @param file its number, or whatever the sender of the packet has said
   * @param frames control frames, as given
   * @param offset the offset of content
   * @param length the length of content in bytes; 0 if there is none
   */
  void part(int file, int frames, long offset, int length);
}
