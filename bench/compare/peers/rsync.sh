# rsync to its daemon, whole file, over TCP with CUBIC: not encrypted.
names=rsync needs=rsync
setup() {
  printf 'use chroot = no\nuid = root\ngid = root\n[files]\npath = %s\nread only = no\n' "$receive" >"$work/rsyncd.conf"
  congestion_control cubic
  at_server rsync --daemon --no-detach --port 8730 --config "$work/rsyncd.conf"
  await_port t 8730
}
transfer() { at_client rsync --whole-file "$source" "rsync://$server:8730/files/source.bin"; }
