/** What a store promises, whichever engine keeps it. `contract.suite.ts` says it as tests. */
import type { Encoded } from '../../src/core/protocol/codec.ts';
import type { EndedRun } from '../../src/core/protocol/down.ts';
import type { RunHeader } from '../../src/core/run/run.ts';
import type { News } from './news.ts';
import type { SharedSignIns } from '../identity/sharedSignIns.ts';
import type { Retention } from './pins.ts';
import type { Queries } from './queries.ts';
import type { Row, Sql } from './sql.ts';
import type { Batch } from './tail.ts';

/** The log of a run is its entries as frames, one behind the other; a position counts their bytes. */
type LogReading = {
  /** The length of a run's log in bytes; 0 when there is none. */
  size(run: string): number | Promise<number>;
  /**
   * Whole frames of a run's log from a position on, at most about `bytes`. Empty at the end. Readers at the same place get the same batch.
   * What is in memory or in a file comes at once: a promise for each batch would cost as much as reading it.
   */
  read(run: string, position: number, bytes: number): Batch | Promise<Batch>;
  /** A position at or before the entry of this number, for a reader that continues in the middle. */
  seek(run: string, seq: number): number | Promise<number>;
  /** Writes the log of a run into a new file, as it is stored. */
  copyLog(run: string, to: string): Promise<void>;
};

export type StoreReading = LogReading &
  Omit<Queries, 'sets' | 'keeping'> & {
    readonly sets: Pick<Queries['sets'], 'get' | 'list' | 'newest'>;
    readonly keeping: Pick<Queries['keeping'], 'total' | 'list' | 'asked'>;
  };

/** Writes one run. */
export type RunLog = {
  /** Appends one encoded entry, whole or in parts, and returns the length of the log. Throws when the store has failed. */
  append(...encoded: Encoded): number;
  /** Resolves when the run is stored for good, with its summary in the index. */
  seal(summary: EndedRun): Promise<void>;
  /** Ends it without a summary: the next start ends the run as interrupted. At most `keep` bytes stay, and of a large log its beginning only. */
  abandon(keep?: number): void;
};

/** A run that was ended at the start. `damage`: what is wrong with its log. */
export type Recovered = {
  readonly run: string;
  readonly check: string;
  readonly how: EndedRun['how'];
  readonly damage?: string;
};

export type SharedReaders = {
  /** The number of a reader without a name: nobody else has it, on any server, within a week. */
  numberOf(reader: string): Promise<number>;
  /** Whether this server alone may have a presenter of a writeup now. The claim goes when this server does. */
  claim(writeup: string): Promise<boolean>;
  release(writeup: string): Promise<void>;
};

/** Makes a run the only one of its kind on all servers. */
export type Claim = {
  readonly once: string;
  /** The machines of the fleet: two fleets of one name are told apart by it. */
  readonly machines: string;
  /** The click: when it comes again, here or at another server, it starts nothing more. */
  readonly request: string;
};

/** A run that has not ended. */
export type Running = {
  readonly header: RunHeader;
  readonly machines: string;
  readonly server: number;
  /** Of its log. */
  readonly bytes: number;
};

/** The servers that live, and what runs at others than this one. */
export type Look = { readonly servers: ReadonlySet<number>; readonly running: readonly Running[] };

/** Slots by the name of what has them. */
export type SlotRequest = ReadonlyMap<string, number>;

/** Slots that all servers take together: they go with the server that has them. */
export type SharedSlots = {
  /**
   * `capacity`: of each name, at most 31. Resolves with the release once all of the request is this server's. Resolves with nothing, and
   * takes nothing, when others have them or are next there, or the store cannot say; then this server is next where nobody is.
   */
  take(request: SlotRequest, capacity: number): Promise<(() => void) | undefined>;
  /** Nobody waits for this here any more. */
  leave(request: SlotRequest): void;
  /** Calls back when what was not to be had may be asked for again. */
  listen(then: () => void): void;
};

export type Shared = {
  readonly news: News;
  /** A sentence for the operator: the clock of this server is not that of the store. */
  readonly clockFault: string | undefined;
  /**
   * As `accept`. Resolves with the run that has the claim already, or with the id of the one that this click has started or joined before,
   * whether or not it has ended: then this one was not accepted. Rejects when the store cannot tell.
   */
  claim(header: RunHeader, claim: Claim): Promise<Running | string | undefined>;
  /** A click has joined a run of this server. */
  join(request: string, run: string): void;
  /** The run is about to end: another one may have its claim. */
  withdraw(run: string): void;
  /** Calls back before each look at the store, which comes with `recover`, and what that returns gets what it found. Returns the way to stop. */
  watch(begin: () => (found: Look) => void): () => void;
  readonly slots: SharedSlots;
  /** Calls back when this server was cut off: others may have ended its runs, and what it excluded is free. */
  whenLost(then: (error: Error) => void): void;
  readonly readers: SharedReaders;
  readonly signIns: SharedSignIns;
};

/** Moves records between stores, as they are. */
export type Transfer = {
  /** The index, with its tables under the names that all engines have. */
  readonly sql: Sql;
  /** How many other processes use these records now. */
  others(): Promise<number>;
  /** The log of a run, byte for byte, also what cannot be read as entries; nothing when there is none. */
  log(run: string): AsyncIterable<Buffer>;
  /** Adds runs that have ended, each with its row and its log: all of them for good, or none that a later copy would take for whole. */
  add(runs: readonly { readonly row: Row; readonly log: AsyncIterable<Buffer> }[]): Promise<void>;
};

export type Store = LogReading &
  Queries & {
    /** A run waits for its turn; if the server ends before, the next start ends the run. Never throws: errors come at its turn. */
    accept(header: RunHeader): void;
    create(header: RunHeader): RunLog;
    /** Notes that an abandoned run could not be recorded: at once, or as soon as the store takes it. */
    recordFailure(summary: EndedRun): void;
    /** A sentence when nothing can be kept until the operator has looked. */
    fault(): string | undefined;
    /** A sentence for the reader when no run can begin now. */
    full(): string | undefined;
    /** Removes what is over the limits; yields how many runs each step removed. */
    retain(limits: Retention, now: Date): AsyncGenerator<number, void, void>;
    /** Ends every run whose process is gone: as `interrupted`, or as its log says. No damaged one stops it, and of several servers one ends it. */
    recover(now: () => Date): Promise<readonly Recovered[]>;
    /** What several servers on one store need; nothing where one server has it alone. */
    readonly shared?: Shared;
    readonly transfer: Transfer;
    close(): void | Promise<void>;
  };
