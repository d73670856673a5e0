package dev.ferry.runtime;

import dev.ferry.protocol.PathMemory;
import dev.ferry.protocol.client.ClientConfig;
import dev.ferry.protocol.lab.RetransmissionPolicy;
import dev.ferry.protocol.recovery.congestion.CongestionAlgorithm;
import dev.ferry.protocol.util.Udp;
import dev.ferry.protocol.wire.HandshakeCodec;
import dev.ferry.transport.TcpTransport;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One of the server's addresses, with the transport of the packets.
 *
 * @param options how the user lets the server be reached
 * @param waitsLong whether to wait longer for the first answer, because no other endpoint is left
 * @param stream whether packets travel over a TCP connection
 * @param resumes whether a transfer goes on that the server has agreed to in Ferry mode, so that no
 *     other mode will do
 * @param isKnown whether the server has spoken Ferry mode before, so that lab mode will not do
 *     unless the user asks for it
 * @param memory what is remembered of the path to it, a Ferry server; null if nothing is
 * @param receiveBufferBytes what the socket holds until it is read; 0 if that is not known
 */
public record Endpoint(
    InetSocketAddress server,
    TransportOptions options,
    boolean waitsLong,
    boolean stream,
    boolean resumes,
    boolean isKnown,
    @Nullable PathMemory memory,
    int receiveBufferBytes) {
  /** An endpoint over UDP. */
  static Endpoint overUdp(
      InetSocketAddress server, TransportOptions options, boolean waitsLong, boolean resumes) {
    return new Endpoint(server, options, waitsLong, false, resumes, false, null, 0);
  }

  /** An endpoint over TCP. */
  static Endpoint overTcp(InetSocketAddress server, TransportOptions options, boolean waitsLong) {
    return new Endpoint(server, options, waitsLong, true, false, true, null, 0);
  }

  /** A server as the user named it: its name may lead to another address by now. */
  static String nameOf(InetSocketAddress server) {
    return server.getHostString() + ":" + server.getPort();
  }

  /** The same, with what is remembered of the path. */
  Endpoint remembering(@Nullable PathMemory newMemory) {
    return new Endpoint(
        server, options, waitsLong, stream, resumes, isKnown, newMemory, receiveBufferBytes);
  }

  /** The same, of a server that may have spoken Ferry mode before. */
  Endpoint known(boolean newIsKnown) {
    return new Endpoint(
        server, options, waitsLong, stream, resumes, newIsKnown, memory, receiveBufferBytes);
  }

  /** The same over a socket that holds so many bytes until it is read. */
  Endpoint receivingInto(int bytes) {
    return new Endpoint(server, options, waitsLong, stream, resumes, isKnown, memory, bytes);
  }

  /** The largest packet to send, in bytes: in lab mode one that fits an Ethernet frame. */
  int datagramBytes() {
    return datagramBytes(TransportOptions.DEFAULT_DATAGRAM_BYTES);
  }

  /**
   * The largest packet to send, in bytes.
   *
   * @param most how many bytes over IPv4, if the user does not say
   */
  private int datagramBytes(int most) {
    int chosen = options.datagramBytes();
    return stream
        ? HandshakeCodec.STREAM_PACKET_BYTES
        : Udp.payloadBytesTo(
            server.getAddress(), chosen == TransportOptions.AS_THE_PATH_TAKES ? most : chosen);
  }

  /** The timeouts until the first answer. */
  RetransmissionPolicy startPolicy() {
    return waitsLong ? RetransmissionPolicy.START : RetransmissionPolicy.LAB;
  }

  /** The configuration of Ferry mode for a file that goes to this endpoint. */
  ClientConfig sending(SecurityOptions security) {
    ClientConfig config = config(security);
    CongestionAlgorithm chosen = chosenCongestion();
    return chosen == null ? config : config.withCongestion(chosen);
  }

  /** The configuration of Ferry mode for a file that comes from this endpoint. */
  ClientConfig fetching(SecurityOptions security) {
    return config(security).fetching(chosenCongestion());
  }

  private @Nullable CongestionAlgorithm chosenCongestion() {
    return options.congestion() == null ? null : options.congestion().algorithm;
  }

  private ClientConfig config(SecurityOptions security) {
    ClientConfig config =
        ClientConfig.of(
                server,
                Math.max(HandshakeCodec.MIN_DATAGRAM_BYTES, datagramBytes(Udp.MAX_PAYLOAD_BYTES)))
            .withSecret(security.secret())
            .withSuites(security.suites())
            .withChecks(security.digest().checks)
            .withStartPatienceNs(startPolicy().progressTimeoutNs())
            .withReceiveBuffer(receiveBufferBytes)
            .withMemory(memory);
    return stream ? config.overStream(TcpTransport.FIRST_PACKETS) : config;
  }
}
