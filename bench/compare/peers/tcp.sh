# One plain TCP connection; the variant is the kernel's congestion control. Not encrypted.
names="tcp-cubic tcp-bbr" needs=socat
setup() {
  congestion_control "$variant"
  at_server socat -u -b 262144 TCP-LISTEN:5000,reuseaddr "OPEN:$destination,creat,trunc"
  receiver=${started[-1]}
  await_port t 5000
}
transfer() { at_client socat -u -b 262144 "FILE:$source" "TCP:$server:5000" && wait "$receiver"; }
