/** What drives the protocol: event loop, UDP, TCP, message framing, storage. */
// The module that it is exported to is built after it; JNA has no module of its own.
@SuppressWarnings({"module", "requires-automatic"})
module dev.ferry.common {
  requires static transitive org.jspecify;
  requires com.google.common;
  requires com.sun.jna;
  requires dev.ferry.netsim;
  requires dev.ferry.protocol;

  exports dev.ferry.clock to
      dev.ferry.api;
  exports dev.ferry.framing;
  exports dev.ferry.storage to
      dev.ferry.api;
  exports dev.ferry.transport to
      dev.ferry.api;
  exports dev.ferry.tree to
      dev.ferry.api;
}
