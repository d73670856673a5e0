# HTTP/3 download with ngtcp2; the variant is its congestion control. Here the sender is the server.
names="quic-bbr quic-bbr2 quic-cubic" needs="gtlsserver gtlsclient openssl"
setup() {
  [ -f "$work/quic.key" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=server \
    -keyout "$work/quic.key" -out "$work/quic.crt" 2>/dev/null
  at_server gtlsserver -q "--cc=$variant" -d "$work" "$server" 4433 "$work/quic.key" "$work/quic.crt"
  await_port u 4433
}
transfer() {
  at_client gtlsclient -q --no-quic-dump --no-http-dump --exit-on-all-streams-close --download="$receive" \
    "$server" 4433 "https://$server:4433/source.bin"
}
