# scp of OpenSSH, over TCP with the kernel's default (CUBIC).
names=scp needs="scp ssh-keygen /usr/sbin/sshd"
setup() {
  mkdir -p /run/sshd "$work/ssh"
  [ -f "$work/ssh/user" ] || { ssh-keygen -qt ed25519 -N '' -f "$work/ssh/user"; ssh-keygen -qt ed25519 -N '' -f "$work/ssh/host"; }
  congestion_control cubic
  at_server /usr/sbin/sshd -De -f /dev/null -p 2222 -h "$work/ssh/host" -o StrictModes=no -o UsePAM=no -o PidFile=none \
    -o AuthorizedKeysFile="$work/ssh/user.pub" -o PermitRootLogin=yes -o Subsystem='sftp internal-sftp'
  await_port t 2222
}
transfer() {
  at_client scp -qP 2222 -i "$work/ssh/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes \
    "$source" "root@$server:$destination"
}
