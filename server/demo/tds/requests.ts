import { randomBytes } from 'node:crypto';
import { notUnderstood, SqlServerError } from './engine/complaint.ts';
import type { Answer, Session } from './engine/session.ts';
import { type Message, ProtocolError, packetType } from './packets.ts';
import { afterHeaders, type Call, type Parameter, readCall } from './parameters.ts';
import { columnsToken, doneToken, errorToken, returnStatus, rowToken, transactionChange } from './tokens.ts';

/** Carries out one request and answers with its tokens; errors of SQL Server's are an answer like any other. */
export const answerRequest = async (session: Session, message: Message, signal: AbortSignal): Promise<Buffer> => {
  const tokens: Buffer[] = [];
  const inProcedure = message.type === packetType.rpc;
  try {
    if (message.type === packetType.transaction) tokens.push(...(await manage(session, message.payload, signal)));
    else if (inProcedure) await execute(session, readCall(message.payload), tokens, signal);
    else await session.run(textOf(message.payload), [], (answer) => tokens.push(...tokensOf(answer, 'done')), signal);
    tokens.push(...(inProcedure ? [returnStatus(0), doneToken('proc')] : [doneToken('done')]));
  } catch (error) {
    if (!(error instanceof SqlServerError)) throw error;
    tokens.push(errorToken(error), doneToken(inProcedure ? 'proc' : 'done', { error: true }));
  }
  return Buffer.concat(tokens);
};

const textOf = (payload: Buffer): string => afterHeaders(payload).toString('utf16le');

/** `sp_executesql` with a text, the declaration of its parameters and their values. */
const execute = async (session: Session, { procedure, parameters }: Call, tokens: Buffer[], signal: AbortSignal): Promise<void> => {
  if (procedure.toLowerCase() !== 'sp_executesql')
    return session.call(procedure, (answer) => tokens.push(...tokensOf(answer, 'inProc')), signal);
  const [statement, , ...given] = parameters;
  if (typeof statement?.value !== 'string') throw notUnderstood('sp_executesql sin texto');
  if (parameters.length > 2102)
    throw new SqlServerError(8003, 'The incoming request has too many parameters. The server supports a maximum of 2100 parameters.');
  const named: Parameter[] = given.filter((one) => one.name !== '');
  await session.run(statement.value, named, (answer) => tokens.push(...tokensOf(answer, 'inProc')), signal);
};

const tokensOf = ({ columns, rows = [], count, hidden }: Answer, kind: 'done' | 'inProc'): Buffer[] => {
  if (columns === undefined && hidden) return [];
  const done = doneToken(kind, { more: true, ...(count === undefined ? {} : { count }) });
  return columns === undefined ? [done] : [columnsToken(columns), ...rows.map((row) => rowToken(columns, row)), done];
};

const manager = { begin: 5, commit: 7, rollback: 8 } as const;
const readCommitted = 2;

/** The requests a driver makes instead of writing BEGIN, COMMIT and ROLLBACK. */
const manage = async (session: Session, payload: Buffer, signal: AbortSignal): Promise<Buffer[]> => {
  const request = afterHeaders(payload);
  const kind = request.readUInt16LE(0);
  if (kind === manager.begin) {
    const level = request.readUInt8(2);
    if (level !== 0 && level !== readCommitted) throw notUnderstood(`el aislamiento número ${level}`);
    await session.transaction('begin', signal);
    return [transactionChange('begun', randomBytes(8))];
  }
  if (kind !== manager.commit && kind !== manager.rollback) throw new ProtocolError(`transaction request ${kind}`);
  await session.transaction(kind === manager.commit ? 'commit' : 'rollback', signal);
  return [transactionChange(kind === manager.commit ? 'committed' : 'rolledBack', Buffer.alloc(8))];
};
