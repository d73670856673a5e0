package dev.ferry.testkit.labpeers;

import dev.ferry.protocol.lab.Dialect;

/** The servers that are no trouble as long as nothing is lost, each by its manner. */
public enum ServerManner {
  REFERENCE,
  CRASHING,
  BUFFER_OF_100,
  BUFFER_OF_65507,
  APPENDING,
  MUTE_ON_DUPLICATES,
  NO_BUFFER_SIZE,
  ECHO,
  COMPACT_COUNTING,
  COMPACT_ALTERNATING,
  COMPACT_ALTERNATING_WITH_BAR;

  /** A server without files. */
  public ScriptedServer create() {
    return switch (this) {
      case REFERENCE -> new ReferenceServer();
      case CRASHING -> new CrashingServer(1024);
      case BUFFER_OF_100 -> new CrashingServer(100);
      case BUFFER_OF_65507 -> new CrashingServer(65_507);
      case APPENDING -> new AppendingServer();
      case MUTE_ON_DUPLICATES -> new MuteOnDuplicatesServer();
      case NO_BUFFER_SIZE -> new NoBufferSizeServer();
      case ECHO -> new EchoServer();
      case COMPACT_COUNTING -> new CompactCountingServer();
      case COMPACT_ALTERNATING -> new CompactAlternatingServer("a|1");
      case COMPACT_ALTERNATING_WITH_BAR -> new CompactAlternatingServer("a|1|");
    };
  }

  /** How the server delimits fields. */
  public Dialect dialect() {
    return name().startsWith("COMPACT") ? Dialect.COMPACT : Dialect.SPACED;
  }

  /** What the server makes of the name that a client asks for. */
  public String storedName(String name) {
    return this == COMPACT_COUNTING ? CompactCountingServer.STORED_NAME : name;
  }
}
