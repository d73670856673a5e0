# TFTP with blocks of 1428 bytes, stop and wait. Here the sender is the server.
names=tftp needs="in.tftpd curl"
setup() {
  at_server in.tftpd -L4s -u root -a "$server:69" "$work"
  await_port u 69
}
transfer() { at_client curl -sS --tftp-blksize 1428 -o "$destination" "tftp://$server/source.bin"; }
