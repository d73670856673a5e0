package dev.ferry.testkit.labpeers;

import dev.ferry.protocol.Engine;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/** The scripted clients. */
public enum ClientKind {
  REFERENCE,
  FAULTY_REFERENCE,
  STRICT,
  STRICT_FROM_39,
  COMPACT_COUNTING,
  COMPACT_COUNTING_FROM_7,
  COMPACT_ALTERNATING;

  private static final String EXTENSION = "txt";

  /**
   * Prepares an upload.
   *
   * @param name that the file is to have, unless the client {@link #namesOnlyAnExtension}
   */
  public Engine<PeerEvent> create(
      InetSocketAddress server, String name, byte[] content, SplittableRandom random) {
    return switch (this) {
      case REFERENCE -> new ReferenceClient(server, name, content);
      case FAULTY_REFERENCE -> new FaultyReferenceClient(server, name, content, random);
      case STRICT -> new StrictClient(server, 0, name, content);
      case STRICT_FROM_39 -> new StrictClient(server, 39, name, content);
      case COMPACT_COUNTING -> new CompactCountingClient(server, 0, EXTENSION, content);
      case COMPACT_COUNTING_FROM_7 -> new CompactCountingClient(server, 7, EXTENSION, content);
      case COMPACT_ALTERNATING -> new CompactAlternatingClient(server, name, content);
    };
  }

  /** Whether the server has to make up a name, which ends in {@code .txt}. */
  public boolean namesOnlyAnExtension() {
    return this == COMPACT_COUNTING || this == COMPACT_COUNTING_FROM_7;
  }
}
