import { collation, encode, type SqlType, typeInfo, type Value } from './types.ts';

/** The tokens an answer is made of (MS-TDS 2.2.7). */
export type Column = { readonly name: string; readonly type: SqlType };

/** What a server says went wrong: its number, and how bad it is (class 11–16 a person's, 20 ends the connection). */
export type Complaint = { readonly number: number; readonly class?: number; readonly state?: number; readonly message: string };

const serverName = 'CEREBRO-DEMO';

const u16 = (value: number): Buffer => Buffer.from([value & 0xff, (value >> 8) & 0xff]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const short = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')]);
const long = (text: string): Buffer => Buffer.concat([u16(text.length), Buffer.from(text, 'utf16le')]);
const sized = (token: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([token]), u16(body.length), body]);
};

export const errorToken = (complaint: Complaint): Buffer => told(0xaa, complaint, 16);
export const infoToken = (complaint: Complaint): Buffer => told(0xab, complaint, 0);

const told = (token: number, { number, state = 1, class: given, message }: Complaint, usual: number, severity = given ?? usual): Buffer =>
  sized(token, u32(number), Buffer.from([state, severity]), long(message.slice(0, 2000)), short(serverName), short(''), u32(1));

/** TDS 7.4, and the version of SQL Server this one makes believe it is. */
export const loginAck = (): Buffer =>
  sized(0xad, Buffer.from([1, 0x74, 0x00, 0x00, 0x04]), short('Microsoft SQL Server'), Buffer.from([13, 0, 0x10, 0]));

export const databaseChange = (database: string): Buffer => sized(0xe3, Buffer.from([1]), short(database), short('master'));
export const collationChange = (): Buffer => sized(0xe3, Buffer.from([7, 5]), collation, Buffer.from([0]));
export const packetSizeChange = (size: number): Buffer => sized(0xe3, Buffer.from([4]), short(String(size)), short('4096'));

/** A transaction by its eight bytes: begun, committed or rolled back. */
export const transactionChange = (what: 'begun' | 'committed' | 'rolledBack', id: Buffer): Buffer => {
  const given = Buffer.concat([Buffer.from([id.length]), id]);
  const none = Buffer.from([0]);
  const kind = { begun: 8, committed: 9, rolledBack: 10 }[what];
  return what === 'begun' ? sized(0xe3, Buffer.from([kind]), given, none) : sized(0xe3, Buffer.from([kind]), none, given);
};

export const resetDone = (): Buffer => sized(0xe3, Buffer.from([18, 0, 0]));

export const columnsToken = (columns: readonly Column[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x81]),
    u16(columns.length),
    ...columns.flatMap(({ name, type }) => [u32(0), u16(0x09), typeInfo(type), short(name)]),
  ]);

/** A row; one with nulls says first which they are and leaves them out. */
export const rowToken = (columns: readonly Column[], values: readonly Value[]): Buffer => {
  if (!values.includes(null))
    return Buffer.concat([Buffer.from([0xd1]), ...columns.map(({ type }, at) => encode(type, values[at] as Value))]);
  const nulls = Buffer.alloc(Math.ceil(columns.length / 8));
  const parts: Buffer[] = [];
  for (const [at, { type }] of columns.entries()) {
    const value = values[at] as Value;
    if (value === null) nulls[at >> 3] = (nulls[at >> 3] as number) | (1 << (at & 7));
    else parts.push(encode(type, value));
  }
  return Buffer.concat([Buffer.from([0xd2]), nulls, ...parts]);
};

export const returnStatus = (status: number): Buffer => Buffer.concat([Buffer.from([0x79]), u32(status)]);

export type Done = { readonly count?: number; readonly more?: boolean; readonly error?: boolean; readonly attention?: boolean };

const kinds = { done: 0xfd, proc: 0xfe, inProc: 0xff } as const;

/** The end of a statement, of a procedure, or of a statement inside one. */
export const doneToken = (kind: keyof typeof kinds, { count, more, error, attention }: Done = {}): Buffer => {
  const status = (more ? 0x01 : 0) | (error ? 0x02 : 0) | (count === undefined ? 0 : 0x10) | (attention ? 0x20 : 0);
  return Buffer.concat([Buffer.from([kinds[kind]]), u16(status), u16(0), u32(count ?? 0), u32(0)]);
};
