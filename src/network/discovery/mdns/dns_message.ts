/** A message of multicast DNS, as far as discovery needs it. Names are in lower case. */
export interface DnsMessage {
  readonly type: "query" | "response";
  /** Told apart by old resolvers only. @default {0} */
  readonly id?: number | undefined;
  readonly questions: readonly DnsQuestion[];
  /** In a query: what the asker knows already. */
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
}

/** What is asked for. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: DnsQuestionType;
  /** Whether the answer may go to the asker alone (RFC 6762, section 5.4). @default {false} */
  readonly wantsUnicast?: boolean | undefined;
}

/** The types that matter here. */
export type DnsQuestionType = DnsRecord["type"] | "ANY";

/** A record of one of the types that matter here. */
export type DnsRecord =
  | PointerRecord
  | TextRecord
  | ServiceRecord
  | AddressRecord;

interface RecordBase {
  readonly name: string;
  /** How long it holds; 0 takes it back. */
  readonly ttlSeconds: number;
  /** Whether it replaces what was known under this name (RFC 6762, section 10.2). @default {false} */
  readonly isUnique?: boolean | undefined;
}

/** An instance of a service. */
export interface PointerRecord extends RecordBase {
  readonly type: "PTR";
  readonly target: string;
}

/** What an instance says about itself. */
export interface TextRecord extends RecordBase {
  readonly type: "TXT";
  readonly strings: readonly string[];
}

/** On which host and port an instance is. */
export interface ServiceRecord extends RecordBase {
  readonly type: "SRV";
  readonly host: string;
  readonly port: number;
}

/** An address of a host. */
export interface AddressRecord extends RecordBase {
  readonly type: "A" | "AAAA";
  readonly address: string;
}
