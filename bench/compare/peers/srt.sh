# srt-file-transmit, the file mode of SRT (UDT's algorithm), with buffers for the longest link. Not encrypted.
names=srt needs=srt-file-transmit
buffers='&fc=32000&sndbuf=16000000&rcvbuf=16000000'
setup() {
  at_server srt-file-transmit -q "srt://:5000?mode=listener$buffers" "file://$destination"
  receiver=${started[-1]}
  await_port u 5000
}
transfer() { at_client srt-file-transmit -q "file://$source" "srt://$server:5000?mode=caller$buffers" && wait "$receiver"; }
