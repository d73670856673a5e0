# To be sourced: a program that does nothing, as the measure of how long a virtual machine takes to start. Defines
# options, those of the virtual machine, and empty, which runs it. Needs $work, a directory.
cat >"$work/Empty.java" <<'JAVA'
final class Empty {
  public static void main(String[] args) {}
}
JAVA
javac -d "$work" "$work/Empty.java"
jar --create --file "$work/empty.jar" --main-class Empty -C "$work" Empty.class
options=(-XX:+UseG1GC -Xlog:disable -Xmx128m)
java "${options[@]}" -XX:ArchiveClassesAtExit="$work/empty.jsa" -jar "$work/empty.jar"

empty() { java "${options[@]}" -XX:SharedArchiveFile="$work/empty.jsa" -jar "$work/empty.jar"; }
