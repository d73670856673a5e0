package dev.ferry.testkit.labpeers;

/** What a scripted peer reports. */
public sealed interface PeerEvent {
  /** A client has sent everything, or a server has stored a file. */
  record Done(String name) implements PeerEvent {}

  /** A client has repeated a message as often as it is willing to. */
  record GaveUp() implements PeerEvent {}

  /** The program has crashed; it does nothing any more. */
  record Died(String reason) implements PeerEvent {}
}
