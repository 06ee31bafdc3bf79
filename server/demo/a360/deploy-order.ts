import { z } from 'zod';
import type { Order } from './journal.ts';
import { invalid, Refusal } from './refusal.ts';
import { defaultDeviceOf, type InputType, inputTypes, type Script, type SimulatedBot, type SimulatedDevice } from './script.ts';

const id = z.union([z.int().positive(), z.string().regex(/^\d+$/)]).transform(String);
const users = z.array(id).min(1, 'at least one user is required');
const callbackInfo = z.object({ url: z.url({ protocol: /^https?$/ }), headers: z.record(z.string(), z.string()).nullish() }).nullish();
const botInput = z.record(z.string(), z.unknown()).nullish();

const third = z
  .object({
    fileId: id,
    runAsUserIds: users,
    poolIds: z.array(id).nullish(),
    overrideDefaultDevice: z.boolean().nullish(),
    callbackInfo,
    botInput,
  })
  .transform((body) => ({ ...body, botId: body.fileId }));
const fourth = z
  .object({
    botId: id,
    automationName: z.string().nullish(),
    automationPriority: z.enum(['PRIORITY_LOW', 'PRIORITY_MEDIUM', 'PRIORITY_HIGH']).nullish(),
    unattendedRequest: z.object({
      runAsUserIds: users,
      deviceUsageType: z.enum(['RUN_ONLY_ON_DEFAULT_DEVICE', 'PREFER_DEFAULT_DEVICE', 'RUN_ON_POOL_DEVICES']).nullish(),
    }),
    callbackInfo,
    botInput,
  })
  .transform((body) => ({ ...body, runAsUserIds: body.unattendedRequest.runAsUserIds }));

/**
 * What a deploy asks for, checked against what the Control Room holds. Pure.
 * @throws Refusal the row of the error table it meets (SAM.md 2).
 */
export const readOrder = (
  script: Script,
  version: 3 | 4,
  body: unknown,
): Omit<Order, 'plan' | 'marks'> & { readonly bot: SimulatedBot } => {
  const asked = (version === 3 ? third : fourth).safeParse(body);
  if (!asked.success) throw invalid(`The request is not valid: ${z.prettifyError(asked.error)}`);
  const { botId, runAsUserIds, callbackInfo, botInput } = asked.data;
  const bot = script.bots.find((one) => one.id === botId);
  if (!bot) throw new Refusal(404, 'NOT_FOUND', `File with id ${botId} was not found.`);
  checkUsers(script, runAsUserIds);
  checkInput(bot, botInput ?? {});
  const { device, userId } = deviceFor(script, runAsUserIds);
  const callback = callbackInfo ? { url: callbackInfo.url, headers: callbackInfo.headers ?? {} } : null;
  return { bot, version, fileId: botId, userId, deviceId: device.id, body, callback };
};

const checkUsers = (script: Script, ids: readonly string[]): void => {
  for (const userId of ids) {
    const user = script.users.find((one) => one.id === userId);
    if (!user || user.disabled) throw invalid(`User with id ${userId} is deleted or disabled.`);
    if (!user.licences.some((licence) => /RUNTIME$/.test(licence))) throw invalid(`User ${user.username} has no bot runner license.`);
  }
};

const deviceFor = (script: Script, ids: readonly string[]): { device: SimulatedDevice; userId: string } => {
  const targets = ids.map((userId) => ({ userId, device: defaultDeviceOf(script, userId) }));
  const found = targets.flatMap(({ userId, device }) => (device ? [{ userId, device }] : []));
  const [first] = found;
  if (!first) throw invalid('None of the user(s) specified have default device(s).');
  const online = found.find(({ device }) => device.connected);
  if (!online) throw new Refusal(412, 'FAILED_PRECONDITION', `Device ${first.device.hostName} is offline.`);
  return online;
};

const checkInput = (bot: SimulatedBot, input: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(input)) {
    if (!isValue(value)) throw invalid(`Input variable '${name}' has no valid type and value.`);
    const declared = bot.inputs === undefined ? value.type : bot.inputs[name];
    if (declared === undefined) throw invalid(`Variable '${name}' is not marked as input in ${bot.name}.`);
    if (declared !== value.type) throw invalid(`Input variable '${name}' is ${declared}, not ${value.type}.`);
  }
};

const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));

/** Each type's value stands under the type's own name; a DATETIME's under `string`. */
const shapes: Readonly<Record<InputType, (value: Readonly<Record<string, unknown>>) => boolean>> = {
  STRING: ({ string }) => typeof string === 'string',
  NUMBER: ({ number }) => (typeof number === 'string' || typeof number === 'number') && /^-?\d+(\.\d+)?$/.test(String(number)),
  BOOLEAN: ({ boolean }) => typeof boolean === 'boolean' || boolean === 'true' || boolean === 'false',
  LIST: ({ list }) => Array.isArray(list) && list.every(isValue),
  DICTIONARY: ({ dictionary }) =>
    Array.isArray(dictionary) && dictionary.every((pair) => typeof pair?.key === 'string' && isValue(pair.value)),
  DATETIME: ({ string, datetime }) => isInstant(string) || isInstant(datetime),
};

const isValue = (value: unknown): value is { readonly type: InputType } => {
  if (typeof value !== 'object' || value === null) return false;
  const { type } = value as { type?: unknown };
  const known = inputTypes.find((one) => one === type);
  return known !== undefined && shapes[known](value as Readonly<Record<string, unknown>>);
};
