package dev.ferry.runtime;

import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.transport.TcpTransport;
import java.net.InetSocketAddress;

/**
 * One of the server's addresses, and what carries the packets there.
 *
 * @param datagramBytes the largest packet to send
 * @param patient whether there is time to wait for the first answer, because nothing else is left
 *     to be tried
 * @param stream whether packets travel over a TCP connection
 */
public record Endpoint(
    InetSocketAddress server, int datagramBytes, boolean patient, boolean stream) {
  /**
   * One over UDP.
   *
   * @param datagramBytes the largest datagram to send over IPv4
   */
  static Endpoint overUdp(InetSocketAddress server, int datagramBytes, boolean patient) {
    int largest = Udp.payloadBytesTo(server.getAddress(), datagramBytes);
    return new Endpoint(server, largest, patient, false);
  }

  /** One over TCP. */
  static Endpoint overTcp(InetSocketAddress server, boolean patient) {
    return new Endpoint(server, HandshakeCodec.STREAM_PACKET_BYTES, patient, true);
  }

  /** How to wait for the first answer. */
  RetransmissionPolicy startPolicy() {
    return patient ? RetransmissionPolicy.START : RetransmissionPolicy.LAB;
  }

  /** How to go about it there in Ferry mode. */
  ClientConfig config(SecurityOptions security) {
    ClientConfig config =
        ClientConfig.of(server, Math.max(HandshakeCodec.MIN_DATAGRAM_BYTES, datagramBytes))
            .withSecret(security.secret())
            .withSuites(security.suites())
            .withStartPatienceNs(startPolicy().patienceNs());
    return stream ? config.overStream(TcpTransport.FIRST_PACKETS) : config;
  }
}
