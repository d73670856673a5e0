# UFTP to one receiver, told 95 % of the link's rate. Not encrypted.
names=uftp needs="uftp uftpd"
setup() {
  at_server uftpd -d -D "$receive" -B 4000000 -t
  await_port u 1044
}
transfer() { at_client uftp -q -M "$server" -B 4000000 -b 1400 -R $((rate * 950)) "$source"; }
