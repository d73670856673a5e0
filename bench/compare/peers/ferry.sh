# This tree, by its launcher; a variant is a congestion control of --congestion.
names=ferry needs=java
setup() {
  at_server "$home/ferry" server 12300 --root "$receive" ${variant:+--congestion "$variant"}
  await_port u 12300
}
transfer() { at_client "$home/ferry" client "$server:12300" "$source" source.bin ${variant:+--congestion "$variant"}; }
