/** Ferry for Java programs: a client and a server. */
module dev.ferry.api {
  requires static transitive org.jspecify;
  requires dev.ferry.common;
  requires dev.ferry.protocol;

  exports dev.ferry.api;
}
