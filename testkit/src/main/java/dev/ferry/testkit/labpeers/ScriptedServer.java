package dev.ferry.testkit.labpeers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * What most servers of the lab have in common, which is also how the plain ones behave: a session
 * for each address; chunks are taken in order and duplicates acknowledged again; an empty file is
 * created only when an empty chunk arrives; whatever is not understood is a crash.
 */
public abstract class ScriptedServer extends ScriptedPeer {
  /** An upload, finished or not. */
  static final class Session {
    final InetSocketAddress client;
    final String name;
    final long seqno0;
    final long sizeBytes;
    final StringBuilder content = new StringBuilder();
    long lastSeqno;
    boolean complete;

    Session(InetSocketAddress client, long seqno0, String name, long sizeBytes) {
      this.client = client;
      this.name = name;
      this.seqno0 = seqno0;
      this.sizeBytes = sizeBytes;
      this.lastSeqno = seqno0;
    }
  }

  private final String delimiter;
  private final int bufferBytes;
  private final Map<InetSocketAddress, Session> sessions = new HashMap<>();
  private final Map<String, byte[]> files = new HashMap<>();
  private int duplicates;

  ScriptedServer(String delimiter, int bufferBytes) {
    this.delimiter = delimiter;
    this.bufferBytes = bufferBytes;
  }

  /** What was stored under a name; null if nothing was. */
  public final byte[] file(String name) {
    return files.get(name);
  }

  /** How many messages of a client arrived again; for tests that have to avoid that. */
  public final int duplicates() {
    return duplicates;
  }

  @Override
  final void onDatagram(String datagram, InetSocketAddress from, long nowNs) {
    if (datagram.startsWith("s" + delimiter)) {
      onStart(datagram.split(pattern(), -1), from);
    } else if (datagram.startsWith("d" + delimiter)) {
      onData(datagram.split(pattern(), 3), from);
    } else {
      onOther(datagram);
    }
  }

  private String pattern() {
    return delimiter.replace("|", "\\|");
  }

  void onOther(String datagram) {
    throw crash("unknown type");
  }

  private void onStart(String[] fields, InetSocketAddress from) {
    if (fields.length != 4) {
      onMalformedStart();
      return;
    }
    Session session = sessions.get(from);
    if (session != null) {
      duplicates++;
      onDuplicateStart(session);
      return;
    }
    session =
        new Session(
            from, Long.parseLong(fields[1]), storedName(fields[2]), Integer.parseInt(fields[3]));
    sessions.put(from, session);
    send(startAck(session), from);
  }

  void onMalformedStart() {
    throw crash("fields");
  }

  String storedName(String name) {
    return new String(bytes(name), UTF_8);
  }

  void onDuplicateStart(Session session) {
    send(startAck(session), session.client);
  }

  private void onData(String[] fields, InetSocketAddress from) {
    Session session = sessions.get(from);
    if (session == null) {
      return;
    }
    long seqno = Long.parseLong(fields[1]);
    if (fields[0].length() + fields[1].length() + fields[2].length() + 2 * delimiter.length()
        > bufferBytes) {
      throw crash("the datagram does not fit into the buffer");
    }
    if (isNext(session, seqno)) {
      take(session, seqno, fields[2]);
    } else if (isDuplicate(session, seqno)) {
      duplicates++;
      onDuplicateChunk(session, seqno, fields[2]);
    } else {
      onChunkAhead(session, seqno);
    }
  }

  boolean isNext(Session session, long seqno) {
    return !session.complete && seqno == session.lastSeqno + 1;
  }

  boolean isDuplicate(Session session, long seqno) {
    return seqno <= session.lastSeqno;
  }

  final void take(Session session, long seqno, String payload) {
    session.lastSeqno = seqno;
    append(session, payload);
    send(chunkAck(session, seqno), session.client);
  }

  final void append(Session session, String payload) {
    session.content.append(payload);
    if (session.content.length() >= session.sizeBytes) {
      session.complete = true;
      files.put(session.name, bytes(session.content.toString()));
      report(new PeerEvent.Done(session.name));
    }
  }

  void onDuplicateChunk(Session session, long seqno, String payload) {
    send(chunkAck(session, seqno), session.client);
  }

  void onChunkAhead(Session session, long seqno) {
    throw crash("a chunk ahead of order");
  }

  String startAck(Session session) {
    return "a" + delimiter + (session.seqno0 + 1) + delimiter + bufferBytes;
  }

  String chunkAck(Session session, long seqno) {
    return "a" + delimiter + (seqno + 1);
  }
}
