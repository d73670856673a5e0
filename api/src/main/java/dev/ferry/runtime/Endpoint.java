package dev.ferry.runtime;

import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.transport.TcpTransport;
import java.net.InetSocketAddress;

/**
 * One of the server's addresses, with the transport of the packets.
 *
 * @param datagramBytes the largest packet to send
 * @param waitsLong whether to wait longer for the first answer, because no other endpoint is left
 * @param stream whether packets travel over a TCP connection
 */
public record Endpoint(
    InetSocketAddress server, int datagramBytes, boolean waitsLong, boolean stream) {
  /**
   * An endpoint over UDP.
   *
   * @param datagramBytes the largest datagram to send over IPv4
   */
  static Endpoint overUdp(InetSocketAddress server, int datagramBytes, boolean waitsLong) {
    int largest = Udp.payloadBytesTo(server.getAddress(), datagramBytes);
    return new Endpoint(server, largest, waitsLong, false);
  }

  /** An endpoint over TCP. */
  static Endpoint overTcp(InetSocketAddress server, boolean waitsLong) {
    return new Endpoint(server, HandshakeCodec.STREAM_PACKET_BYTES, waitsLong, true);
  }

  /** The timeouts until the first answer. */
  RetransmissionPolicy startPolicy() {
    return waitsLong ? RetransmissionPolicy.START : RetransmissionPolicy.LAB;
  }

  /** The configuration of Ferry mode for this endpoint. */
  ClientConfig config(SecurityOptions security) {
    ClientConfig config =
        ClientConfig.of(server, Math.max(HandshakeCodec.MIN_DATAGRAM_BYTES, datagramBytes))
            .withSecret(security.secret())
            .withSuites(security.suites())
            .withStartPatienceNs(startPolicy().progressTimeoutNs());
    return stream ? config.overStream(TcpTransport.FIRST_PACKETS) : config;
  }
}
