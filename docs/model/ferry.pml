/*
 * Ferry's stop and wait (docs/protocol.md, sections 3 and 4) as a model for SPIN. README.md says what is modelled and
 * what is not; check.sh runs it.
 *
 * Transfers 1..K follow each other; each is one client with N chunks. Content is never looked at: chunk n of transfer k
 * is the pair (k, n). What a receiver of one address holds is two receptions, first and second.
 *
 * Sizes:       N chunks, K transfers, SERVER_KILLS.
 * Ports:       FRESH_PORTS: each transfer has its own; otherwise all come from one port.
 * Starts:      all equal; OTHER_STARTS: those of odd and of even transfers differ.
 * Network:     whatever was sent can be delivered at any time, any number of times, in any order, or never. With LIVE it
 *              can be lost and repeated a limited number of times (LOSSES in a row, REPEATS in all).
 * Assumptions: from one port, once the server has answered a start of the new client, nothing older but equal starts
 *              reaches the server, and no older answer the client. LATE_DATA, LATE_ANSWERS and LATE_OTHER_STARTS each
 *              drop one part of that.
 * Order:       ORDERED asserts that no transfer's content replaces that of one that was done and began later. Across
 *              ports that needs: when a client begins, no last chunk of an earlier transfer is on its way or being
 *              published (QUIET_BEFORE).
 * Mutations:   ONE_BIT, ACK_BEFORE_STORING, ACK_BEFORE_PUBLISHING, REOPEN_FINISHED; and rules that look right and are not:
 *              ANSWER_FROM_MEMORY, KEEP_BEHIND_EMPTY, ACK_START_BESIDE_SECOND, FORGET_BOTH,
 *              PARALLEL_PUBLICATION, DISTINCT_OPENING.
 */

#ifndef N
#define N 2
#endif
#ifndef K
#define K 2
#endif
#ifndef SERVER_KILLS
#define SERVER_KILLS 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif
#ifndef REPEATS
#define REPEATS 2
#endif

#ifdef FRESH_PORTS
#define P K
#define PORT(k) ((k) - 1)
#else
#define P 1
#define PORT(k) 0
#endif

#ifdef OTHER_STARTS
#define START_OF(k) (2 - ((k) % 2))
#else
#define START_OF(k) 1
#endif

/* States of a reception; OPEN with next == 1 is a start without content. */
#define NONE 0
#define OPEN 1
#define PUBLISHING 2 /* complete, not yet under its name */
#define RENAMED 3    /* under its name, the event loop does not know it yet */
#define PUBLISHED 4

typedef Reception {
  byte state;
  byte start; /* which start opened it */
  byte next;  /* the chunk that it awaits */
  byte source; /* the transfer that its content is from; 0: none yet */
  bool spoilt  /* not the chunks 1..next-1 of one transfer that has this start */
};

typedef Receiver {
  Reception first;
  Reception second;
  bool firstWentOn; /* first has stored a chunk since second was opened or stored one */
  byte orphan;      /* a publication under way that belongs to no reception any more */
  byte acks         /* on their way to the client: bit n acknowledges message n, 0 being the start */
#ifdef ACK_BEFORE_STORING
  ;
  byte pending /* acknowledged, not yet stored: its number, and the transfer */
  ;
  byte pendingOf
#endif
};

/* The client of transfer `current`. */
#define IDLE 0
#define STARTING 1
#define SENDING 2
#define DONE 3
#define KILLED 4
byte current = 1;
byte client = IDLE;
byte outstanding; /* the message in flight: 0 is the start, n is chunk n */
bool answered;    /* the server has answered a start equal to this client's since it began */
byte oldest = 1;  /* the last transfer that was so answered */

Receiver rx[P];
byte serverKills;

/* What lies under the names in the server's root, and what ever did; ghosts for the assertions. */
byte published[3];   /* by start; 0: nothing */
bool wasPublished[K + 1];
bool wasDone[K + 1];
byte stored; /* how many chunks of the current transfer the server has ever stored */

#ifdef LIVE
byte up[K + 1]; /* on their way to the server: bit 0 is the start, bit n is chunk n */
byte losses;
byte repeats;
#define ON_ITS_WAY(k, chunk) (up[k] & (1 << (chunk)))
#else
byte sent[K + 1]; /* how many different messages were ever sent; any of them may arrive */
#define ON_ITS_WAY(k, chunk) (sent[k] > (chunk))
#endif

/* The assumption about what is late. */
#ifdef FRESH_PORTS
#define MAY_ARRIVE(k, chunk) true
#else
#define OLD(k) ((k) < oldest)
#ifdef LATE_DATA
#define DATA_MAY_ARRIVE(k) true
#else
#define DATA_MAY_ARRIVE(k) (!OLD(k))
#endif
#ifdef LATE_OTHER_STARTS
#define START_MAY_ARRIVE(k) true
#else
#define START_MAY_ARRIVE(k) (!OLD(k) || START_OF(k) == START_OF(current))
#endif
#define MAY_ARRIVE(k, chunk) (((chunk) > 0 && DATA_MAY_ARRIVE(k)) || ((chunk) == 0 && START_MAY_ARRIVE(k)))
#endif

#if defined(FRESH_PORTS) || defined(LATE_ANSWERS)
#define ANSWERS_ARE_NEW true
#else
#define ANSWERS_ARE_NEW answered
#endif

#define DELIVERABLE(k, chunk) (chunk <= N && ON_ITS_WAY(k, chunk) && MAY_ARRIVE(k, chunk))
#define DELIVER(of, number) :: DELIVERABLE(of, number) -> k = of; chunk = number
#define DELIVERABLE_OF(of) DELIVER(of, 0) DELIVER(of, 1) DELIVER(of, 2) DELIVER(of, 3) DELIVER(of, 4)
#if N > 4 || K > 4
#error "at most 4 chunks and 4 transfers"
#endif

/* Numbers on the wire. */
#ifdef ONE_BIT
#define ACK_BIT(chunk) ((chunk) == 0 -> 1 : 2 << ((chunk) % 2))
#define IS_NEXT(chunk, next) ((chunk) % 2 == (next) % 2)
#define IS_STORED(chunk, next) (!IS_NEXT(chunk, next))
#define IS_AHEAD(chunk, next) false
#else
#define ACK_BIT(chunk) (1 << (chunk))
#define IS_NEXT(chunk, next) ((chunk) == (next))
#define IS_STORED(chunk, next) ((chunk) < (next))
#define IS_AHEAD(chunk, next) ((chunk) > (next))
#endif

#define IS_PUBLISHING(r) (r.state == PUBLISHING || r.state == RENAMED)
#define BUSY(at) (IS_PUBLISHING(rx[at].first) || IS_PUBLISHING(rx[at].second))
#define HAS_CONTENT(r) (r.state != NONE && r.next > 1)

inline clear(r) {
  r.state = NONE;
  r.start = 0;
  r.next = 0;
  r.source = 0;
  r.spoilt = false
}

inline move(from, to) {
  to.state = from.state;
  to.start = from.start;
  to.next = from.next;
  to.source = from.source;
  to.spoilt = from.spoilt;
  clear(from)
}

inline begin(r, ident) {
  clear(r);
  r.state = OPEN;
  r.start = ident;
  r.next = 1
}

inline acknowledge(at, chunk) {
  printf("server:   acknowledges %d\n", chunk);
  rx[at].acks = rx[at].acks | ACK_BIT(chunk)
}

/* ---- The server: section 3 ---- */

/* Whoever hears an equal start cannot know which transfer it is from, so neither does the assumption. */
inline acknowledgeStart(at, ident) {
  if
  :: PORT(current) == at && START_OF(current) == ident && client != IDLE && !answered ->
    answered = true;
    oldest = current;
#ifndef LATE_ANSWERS
    rx[at].acks = 0
#endif
  :: else
  fi;
  acknowledge(at, 0)
}

inline onStart(at, ident, k) {
  if
  :: rx[at].first.state == NONE ->
    begin(rx[at].first, ident);
    acknowledgeStart(at, ident)
  :: IS_PUBLISHING(rx[at].first) && rx[at].first.start == ident /* the acknowledgement that matters comes soon */
  :: rx[at].first.state != NONE && !IS_PUBLISHING(rx[at].first) && rx[at].first.start == ident ->
    if
#ifdef REOPEN_FINISHED
    :: rx[at].first.state == PUBLISHED ->
      begin(rx[at].first, ident);
      acknowledgeStart(at, ident)
    :: HAS_CONTENT(rx[at].first) && rx[at].first.state != PUBLISHED && rx[at].second.state == NONE ->
#else
    :: HAS_CONTENT(rx[at].first) && rx[at].second.state == NONE ->
#endif
      printf("server:   opens second\n");
      begin(rx[at].second, ident);
      rx[at].firstWentOn = false;
      acknowledgeStart(at, ident)
    :: HAS_CONTENT(rx[at].first) && rx[at].second.state != NONE && !HAS_CONTENT(rx[at].second) ->
#ifndef DISTINCT_OPENING
      rx[at].firstWentOn = false; /* this start may be another client's: second is opened anew */
#endif
      acknowledgeStart(at, ident)
    :: HAS_CONTENT(rx[at].first) && HAS_CONTENT(rx[at].second) ->
#ifdef ACK_START_BESIDE_SECOND
      acknowledgeStart(at, ident)
#else
      skip
#endif
    :: !HAS_CONTENT(rx[at].first) -> acknowledgeStart(at, ident)
    fi
  :: rx[at].first.state != NONE && rx[at].first.start != ident ->
    if
    :: BUSY(at)
#ifdef LIVE
    :: !BUSY(at) && k == current -> /* an earlier client falls silent */
#else
    :: !BUSY(at) && !(rx[at].first.state == PUBLISHED && !HAS_CONTENT(rx[at].second)) /* not silent long enough */
    :: !BUSY(at) ->
#endif
      printf("server:   replaces what it had\n");
      begin(rx[at].first, ident);
      clear(rx[at].second);
      acknowledgeStart(at, ident)
#ifdef LIVE
    :: !BUSY(at) && k != current
#endif
    fi
  fi
}

/* Chunk chunk of transfer k, which r awaits. */
inline store(r, k, chunk) {
  printf("server:   stores chunk %d of transfer %d\n", chunk, k);
  r.spoilt = r.spoilt || chunk != r.next || (r.source != 0 && r.source != k) || START_OF(k) != r.start;
  r.source = k;
  r.next++;
  if
  :: k == current && chunk > stored -> stored = chunk
  :: else
  fi;
#ifdef REOPEN_FINISHED
  /* There is no part file: what was published is written to. */
  assert(published[r.start] == 0 || published[r.start] == k);
#endif
  if
  :: r.next == N + 1 -> r.state = PUBLISHING
  :: else
  fi
}

inline answer(at, r, k, chunk) {
  if
  :: r.state == OPEN && IS_NEXT(chunk, r.next) ->
    store(r, k, chunk);
#ifdef ACK_BEFORE_PUBLISHING
    acknowledge(at, chunk)
#else
    if
    :: r.state == OPEN -> acknowledge(at, chunk)
    :: else
    fi
#endif
  :: r.state != NONE && !(r.state == OPEN && IS_NEXT(chunk, r.next)) && IS_STORED(chunk, r.next) ->
    if
    :: chunk == N && IS_PUBLISHING(r) /* the publication answers it */
    :: else -> acknowledge(at, chunk)
    fi
  :: else
  fi
}

#ifdef ANSWER_FROM_MEMORY
#define IS_FOR_SECOND(at, chunk) (rx[at].second.state == OPEN && IS_NEXT(chunk, rx[at].second.next))
#else
#define IS_FOR_SECOND(at, chunk) (rx[at].second.state != NONE && !IS_AHEAD(chunk, rx[at].second.next))
#endif

inline onData(at, k, chunk) {
  if
  :: IS_FOR_SECOND(at, chunk) ->
    before = rx[at].second.next;
    printf("server:   second takes it\n");
    answer(at, rx[at].second, k, chunk);
    if
    :: rx[at].second.next > before -> rx[at].firstWentOn = false
    :: else
    fi;
    if
    :: rx[at].first.state == OPEN && rx[at].second.next > rx[at].first.next ->
      move(rx[at].second, rx[at].first);
      rx[at].firstWentOn = false
    :: else
    fi
  :: else ->
    before = rx[at].first.next;
    answer(at, rx[at].first, k, chunk);
    if
    :: rx[at].second.state != NONE && rx[at].first.next > before -> rx[at].firstWentOn = true
    :: else
    fi
  fi;
  before = 0
}

#ifdef ACK_BEFORE_STORING
/* Acknowledges at once and stores as another step. */
inline hear(at, k, chunk) {
  if
  :: rx[at].pending == 0 && rx[at].first.state == OPEN && chunk == rx[at].first.next ->
    acknowledge(at, chunk);
    rx[at].pending = chunk;
    rx[at].pendingOf = k
  :: else
  fi
}

proctype LateStore() {
  byte before;
end:
  do
  :: atomic {
      rx[0].pending != 0 ->
      onData(0, rx[0].pendingOf, rx[0].pending);
      rx[0].pending = 0;
      rx[0].pendingOf = 0
    }
  od
}
#else
#define hear onData
#endif

proctype Server() {
  byte k;
  byte chunk;
  byte before;
end:
  do
  :: atomic {
      if
      DELIVERABLE_OF(1)
#if K > 1
      DELIVERABLE_OF(2)
#endif
#if K > 2
      DELIVERABLE_OF(3)
#endif
#if K > 3
      DELIVERABLE_OF(4)
#endif
      fi;
#ifdef LIVE
      if
      :: up[k] = up[k] & ~(1 << chunk)
      :: repeats < REPEATS -> repeats++
      fi;
#endif
      if
      :: chunk == 0 ->
        printf("server: the start of transfer %d arrives\n", k);
        onStart(PORT(k), START_OF(k), k)
      :: else ->
        printf("server: chunk %d of transfer %d arrives\n", chunk, k);
        hear(PORT(k), k, chunk)
      fi;
      k = 0;
      chunk = 0
    }
  od
}

/* The rename; the only step that changes what lies under a name. */
inline rename(ident, k, bad) {
  printf("disk:   renames the file of transfer %d\n", k);
  assert(!bad);
#ifdef ORDERED
  i = k + 1;
  do
  :: i <= K -> assert(!(wasDone[i] && START_OF(i) == ident)); i++
  :: else -> break
  od;
  i = 0;
#endif
  published[ident] = k;
  wasPublished[k] = true
}

/* One publication of an address at a time. */
#ifdef PARALLEL_PUBLICATION
#define MUST_WAIT(at) false
#else
#define MUST_WAIT(at) IS_PUBLISHING(rx[at].first)
#endif

proctype Disk(byte at) {
  byte i;
end:
  do
  :: atomic {
      rx[at].first.state == PUBLISHING ->
      rename(rx[at].first.start, rx[at].first.source, rx[at].first.spoilt);
      rx[at].first.state = RENAMED
    }
  :: atomic {
      rx[at].first.state == RENAMED ->
      printf("server: hears that first is published\n");
      rx[at].first.state = PUBLISHED;
      /* Whoever began anew must not be told of what is not theirs; a repeated chunk is answered. */
      if
      :: rx[at].second.state == NONE -> acknowledge(at, N)
      :: else
      fi
    }
  :: atomic {
      rx[at].second.state == PUBLISHING && !MUST_WAIT(at) ->
      rename(rx[at].second.start, rx[at].second.source, rx[at].second.spoilt);
      rx[at].second.state = RENAMED
    }
  :: atomic {
      rx[at].second.state == RENAMED ->
      printf("server: hears that second is published, which takes first's place\n");
      if
      :: rx[at].first.state == PUBLISHING -> rx[at].orphan = rx[at].first.source
      :: else
      fi;
      move(rx[at].second, rx[at].first);
      rx[at].first.state = PUBLISHED;
      acknowledge(at, N)
    }
#ifdef PARALLEL_PUBLICATION
  :: atomic {
      rx[at].orphan != 0 ->
      rename(START_OF(rx[at].orphan), rx[at].orphan, false);
      rx[at].orphan = 0
    }
#endif
  od
}

/*
 * Silence and forgetting. For safety they may strike at any time. With LIVE they strike only whom a client that goes on
 * would not keep alive.
 */
#ifdef LIVE
#define SECOND_IS_SILENT(at) (rx[at].firstWentOn || (HAS_CONTENT(rx[at].second) && rx[at].second.source < current))
#define FIRST_IS_SILENT(at) \
  (HAS_CONTENT(rx[at].first) && rx[at].first.source < current && (rx[at].second.state == NONE -> !answered : true))
#else
#define SECOND_IS_SILENT(at) true
#define FIRST_IS_SILENT(at) true
#endif

proctype Timers(byte at) {
end:
  do
  :: atomic {
      rx[at].second.state != NONE && !BUSY(at) && SECOND_IS_SILENT(at) ->
      printf("server: second falls silent (first went on since: %d)\n", rx[at].firstWentOn);
      if
      :: rx[at].firstWentOn
#ifdef KEEP_BEHIND_EMPTY
      :: !rx[at].firstWentOn && !HAS_CONTENT(rx[at].second)
      :: !rx[at].firstWentOn && HAS_CONTENT(rx[at].second) -> clear(rx[at].first)
#else
      :: !rx[at].firstWentOn -> clear(rx[at].first)
#endif
      fi;
      clear(rx[at].second);
      rx[at].firstWentOn = false
    }
  :: atomic {
      (rx[at].first.state == OPEN || rx[at].first.state == PUBLISHED) && !BUSY(at) && FIRST_IS_SILENT(at) ->
      printf("server: first falls silent or is forgotten\n");
#ifdef FORGET_BOTH
      clear(rx[at].first);
      clear(rx[at].second);
#else
      move(rx[at].second, rx[at].first); /* which may be none */
#endif
      rx[at].firstWentOn = false
    }
  od
}

#ifndef LIVE
/* kill -9 and begun anew: nothing is left but what is published. */
proctype ServerKiller() {
  byte at;
end:
  do
  :: atomic {
      serverKills < SERVER_KILLS ->
      serverKills++;
      printf("server: is killed and begins anew\n");
      do
      :: at < P ->
        clear(rx[at].first);
        clear(rx[at].second);
        rx[at].firstWentOn = false;
        rx[at].orphan = 0;
#ifdef ACK_BEFORE_STORING
        rx[at].pending = 0;
        rx[at].pendingOf = 0;
#endif
        at++
      :: else -> break
      od;
      at = 0
    }
  od
}
#endif

/* ---- The client: section 4 ---- */

#ifdef QUIET_BEFORE
/* No last chunk of an earlier transfer is on its way or being published; see README.md. */
#define QUIET(k) (k >= current || (!IS_PUBLISHING(rx[PORT(k)].first) && !IS_PUBLISHING(rx[PORT(k)].second)))
#define ALL_QUIET (QUIET(1) && (K < 2 || QUIET(2)))
#else
#define ALL_QUIET true
#endif

inline transmit() {
#ifdef LIVE
  up[current] = up[current] | (1 << outstanding)
#else
  if
  :: sent[current] <= outstanding -> sent[current] = outstanding + 1
  :: else
  fi
#endif
}

/* Begins a transfer, and repeats what is not acknowledged. */
proctype ClientTimer() {
#ifdef QUIET_BEFORE
  byte i;
#endif
end:
  do
  :: atomic {
      client == IDLE && ALL_QUIET ->
#ifdef QUIET_BEFORE
      i = 1;
      do
      :: i < current && sent[i] > N -> sent[i] = N; i++
      :: i < current && sent[i] <= N -> i++
      :: i == current -> break
      od;
      i = 0;
#endif
      printf("client: transfer %d begins\n", current);
      client = STARTING;
      outstanding = 0;
      transmit()
    }
#ifdef LIVE
  :: atomic { client == STARTING || client == SENDING -> transmit() }
#endif
  od
}

inline finished(how) {
  wasDone[current] = (how == DONE);
  rx[PORT(current)].acks = (P == 1 -> rx[PORT(current)].acks : 0);
  if
  :: current < K ->
    current++;
    client = IDLE;
    answered = false;
    stored = 0
  :: else -> client = how
  fi;
  outstanding = 0
}

proctype ClientReceiver() {
end:
  do
  :: atomic {
      (client == STARTING || client == SENDING) && ANSWERS_ARE_NEW && (rx[PORT(current)].acks & ACK_BIT(outstanding)) ->
#ifdef LIVE
      losses = 0;
      if
      :: rx[PORT(current)].acks = rx[PORT(current)].acks & ~ACK_BIT(outstanding)
      :: repeats < REPEATS -> repeats++
      fi;
#endif
      printf("client: transfer %d: message %d is acknowledged\n", current, outstanding);
      /* It was stored before it was acknowledged, and the last one published. */
      assert(stored >= outstanding);
      if
      :: outstanding == N ->
        assert(wasPublished[current]);
#ifdef ORDERED
        assert(published[START_OF(current)] >= current);
#endif
#ifdef REACHABLE
        assert(current < K);
#endif
        finished(DONE)
      :: else ->
        client = SENDING;
        outstanding++;
        transmit()
      fi
    }
#ifdef LIVE
  /* Acknowledgements of anything else are taken and ignored. */
  :: atomic {
      (rx[PORT(current)].acks & ~ACK_BIT(outstanding)) != 0 && ANSWERS_ARE_NEW ->
      rx[PORT(current)].acks = rx[PORT(current)].acks & ACK_BIT(outstanding)
    }
#endif
  od
}

/* With LIVE the last transfer is not killed. */
#ifdef LIVE
#define MAY_BE_KILLED (current < K)
#else
#define MAY_BE_KILLED true
#endif

proctype ClientKiller() {
end:
  do
  :: atomic {
      (client == STARTING || client == SENDING) && MAY_BE_KILLED ->
      printf("client: transfer %d is killed\n", current);
      finished(KILLED)
    }
  od
}

#ifdef LIVE
/* Loses what is on its way, at most LOSSES times between two acknowledgements that arrive. */
proctype Loss() {
end:
  do
  :: atomic {
      losses < LOSSES && ON_ITS_WAY(current, outstanding) ->
      printf("network: loses message %d\n", outstanding);
      up[current] = up[current] & ~(1 << outstanding);
      losses++
    }
  :: atomic {
      losses < LOSSES && (rx[PORT(current)].acks & ACK_BIT(outstanding)) ->
      printf("network: loses the answer to message %d\n", outstanding);
      rx[PORT(current)].acks = rx[PORT(current)].acks & ~ACK_BIT(outstanding);
      losses++
    }
  od
}

ltl terminates { <> (current == K && client == DONE) }
#endif

init {
  byte at;
  atomic {
    run Server();
#ifdef ACK_BEFORE_STORING
    run LateStore();
#endif
    do
    :: at < P ->
      run Disk(at);
      run Timers(at);
      at++
    :: else -> break
    od;
    at = 0;
    run ClientTimer();
    run ClientReceiver();
    run ClientKiller();
#ifdef LIVE
    run Loss()
#else
    run ServerKiller()
#endif
  }
}
