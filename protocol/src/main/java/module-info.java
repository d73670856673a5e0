/**
 * The protocol as engines without I/O. Only our own modules may use it directly: it is no stable
 * interface for others.
 */
@SuppressWarnings("module") // The modules that it is exported to are built after it.
module dev.ferry.protocol {
  requires static transitive org.jspecify;

  exports dev.ferry.protocol to
      dev.ferry.api,
      dev.ferry.common,
      dev.ferry.netsim;
  exports dev.ferry.protocol.client to
      dev.ferry.api;
  exports dev.ferry.protocol.connection to
      dev.ferry.api;
  exports dev.ferry.protocol.crypto to
      dev.ferry.api,
      dev.ferry.common;
  exports dev.ferry.protocol.handshake to
      dev.ferry.api;
  exports dev.ferry.protocol.lab to
      dev.ferry.api,
      dev.ferry.common;
  exports dev.ferry.protocol.recovery.congestion to
      dev.ferry.api;
  exports dev.ferry.protocol.server to
      dev.ferry.api;
  exports dev.ferry.protocol.transfer to
      dev.ferry.api;
  exports dev.ferry.protocol.util to
      dev.ferry.api,
      dev.ferry.common,
      dev.ferry.netsim;
  exports dev.ferry.protocol.wire to
      dev.ferry.api,
      dev.ferry.common;
  exports dev.ferry.protocol.wire.frame to
      dev.ferry.api;
}
