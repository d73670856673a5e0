#!/usr/bin/env bash
# Builds a base image for docker/Dockerfile from the JDK of this machine, where none can be pulled: a
# Java runtime and the shared libraries that it needs, and neither a shell nor anything else.
# Usage: docker/local-base.sh IMAGE
set -euo pipefail
image=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}
[ -d "$java_home/jmods" ] || { echo "$0: $java_home is no JDK that jlink can take apart" >&2 && exit 69; }

mkdir -p "$root"/{bin,etc,opt,tmp}
chmod 1777 "$root/tmp"
# More than the jars need today, and still small.
modules=java.base,java.logging,java.management,jdk.crypto.ec,jdk.httpserver,jdk.management,jdk.net,jdk.unsupported
"$java_home/bin/jlink" --add-modules "$modules" --output "$root/opt/java" \
  --strip-java-debug-attributes --no-header-files --no-man-pages
"$root/opt/java/bin/java" -Xshare:dump >/dev/null # a quick start for the health checks

# Libraries at the places where the loader of this machine has them; those of name services are opened by name.
{
  find "$root/opt/java" -type f \( -name '*.so' -o -path '*/bin/*' \) -exec ldd {} + 2>/dev/null |
    grep -Eo '/[^ ]+\.so[^ ]*' | grep -v "^$root" || true
  ldconfig -p | grep -E 'lib(nss_dns|nss_files|resolv)\.so\.2' | sed 's/.* => //'
} | sort -u | while read -r library; do
  mkdir -p "$root${library%/*}"
  cp -L "$library" "$root$library"
done
# Names of files are UTF-8 only in a locale that says so.
if [ -d /usr/lib/locale/C.utf8 ]; then
  mkdir -p "$root/usr/lib/locale"
  cp -r /usr/lib/locale/C.utf8 "$root/usr/lib/locale"
fi
echo 'root:x:0:0:root:/:/nonexistent' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
ldconfig -r "$root"

tar -C "$root" --owner=0 --group=0 -c . | docker import \
  -c 'ENV PATH=/opt/java/bin LANG=C.UTF-8 JAVA_HOME=/opt/java' - "$image" >/dev/null
