/** What drives the protocol: event loop, UDP, TCP, message framing, storage. */
@SuppressWarnings("module") // The module that it is exported to is built after it.
module dev.ferry.common {
  requires static transitive org.jspecify;
  requires com.google.common;
  requires dev.ferry.netsim;
  requires dev.ferry.protocol;

  exports dev.ferry.clock to
      dev.ferry.api;
  exports dev.ferry.framing;
  exports dev.ferry.storage to
      dev.ferry.api;
  exports dev.ferry.transport to
      dev.ferry.api;
}
