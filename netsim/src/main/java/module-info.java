/** What a bad network does to datagrams, from a seed. */
module dev.ferry.netsim {
  requires static transitive org.jspecify;
  requires dev.ferry.protocol;

  exports dev.ferry.netsim;
}
