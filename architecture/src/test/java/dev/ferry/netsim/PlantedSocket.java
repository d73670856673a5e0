package dev.ferry.netsim;

import java.net.DatagramSocket;
import java.net.SocketException;

/** An impairment model with a socket. Never run. */
public final class PlantedSocket {
  Object offend() throws SocketException {
    return new DatagramSocket();
  }
}
