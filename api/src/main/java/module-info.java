/** What runs a transfer and a server on a real machine. */
module dev.ferry.api {
  requires static transitive org.jspecify;
  requires dev.ferry.common;
  requires dev.ferry.protocol;
}
