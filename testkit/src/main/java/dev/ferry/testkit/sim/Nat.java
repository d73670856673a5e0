package dev.ferry.testkit.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

/** The addresses at which hosts appear: their own, until a path makes them move. */
final class Nat {
  private record Place(InetSocketAddress address, long moves) {}

  private final Map<InetSocketAddress, Host> outside = new HashMap<>();
  private final Map<Host, Place> places = new HashMap<>();

  void add(Host host) {
    outside.put(host.address(), host);
    places.put(host, new Place(host.address(), 0));
  }

  /** The host that is reached at an address, or null. */
  Host inside(InetSocketAddress address) {
    return outside.get(address);
  }

  /**
   * The address of a host that has moved so many times. Datagrams to its old address are lost from
   * now on.
   *
   * @param changesAddress whether it moves to another IP address, and not only to another port
   */
  InetSocketAddress place(Host host, long moves, boolean changesAddress) {
    Place place = places.get(host);
    if (moves > place.moves()) {
      InetSocketAddress moved = moved(host.address(), moves, changesAddress);
      outside.remove(place.address());
      outside.put(moved, host);
      place = new Place(moved, moves);
      places.put(host, place);
    }
    return place.address();
  }

  private static InetSocketAddress moved(
      InetSocketAddress address, long moves, boolean changesAddress) {
    byte[] bytes = address.getAddress().getAddress();
    if (!changesAddress) {
      return new InetSocketAddress(address.getAddress(), address.getPort() + (int) moves);
    }
    bytes[0] = (byte) (bytes[0] + moves);
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), address.getPort());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }
}
