/** What a bot was given, as people and records may see it: pure. */
import type { BotInput, BotValue } from '#server/gateways/a360/a360.ts';

/** A variable as it is shown. */
export type ShownVariable = { readonly nombre: string; readonly tipo: string; readonly valor: string };

const secretName = /pass|contrase|clave|pwd|secret|token|api.?key|credencial|pin$/i;
const hidden = '(oculto)';
const longest = 200;
const most = 50;

/** Variables whose name says that they are secret lose their value, also inside of a dictionary; long ones are cut. */
export const shownInput = (input: BotInput): ShownVariable[] =>
  Object.entries(input)
    .slice(0, most)
    .map(([nombre, value]) => ({ nombre: cut(nombre), tipo: value.type, valor: cut(valueText(nombre, value)) }));

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const valueText = (name: string, value: BotValue): string => {
  if (secretName.test(name)) return hidden;
  switch (value.type) {
    case 'NUMBER':
      return value.number;
    case 'BOOLEAN':
      return value.boolean ? 'sí' : 'no';
    case 'LIST':
      return value.list.map((one) => valueText('', one)).join(', ');
    case 'DICTIONARY':
      return value.dictionary.map(({ key, value: one }) => `${key} = ${valueText(key, one)}`).join(', ');
    default:
      return value.string;
  }
};

/** How often the bot repeats its work in one run: 1 unless it is told otherwise. */
export const repetitionsOf = (input: BotInput): number => {
  const told = input.in_NumRepeticion;
  return told?.type === 'NUMBER' ? Math.max(1, Number(told.number)) : 1;
};
