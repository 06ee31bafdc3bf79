import { slipOf } from './lib/edit-distance.ts';
import { type Setting, settings } from './settings.ts';
import { retiredWhy } from './settings-retired.ts';

/** Marks, on an environment, which of its names stand in `.env` only. */
export const fileNames = Symbol('names given by .env');

/** What the settings were given as: blank values count as not given. */
export type Environment = Readonly<Record<string, string | undefined>> & { readonly [fileNames]?: ReadonlySet<string> };

/** Where a value came from, and by which of its names. */
export type Given = { readonly name: string; readonly from: 'entorno' | 'archivo' };

/** A name that was given and nobody reads; `why` is the rest of the sentence. Its value is never told. */
export type LeftOver = { readonly name: string; readonly why: string };

export type Provenance = { readonly given: Readonly<Record<string, Given>>; readonly leftOver: readonly LeftOver[] };

const registry: readonly Setting[] = Object.values(settings);
const namesOf = ({ key, formerly = [] }: Setting): readonly string[] => [key, ...formerly];
const known: ReadonlySet<string> = new Set(registry.flatMap(namesOf));

/** Beginnings no other program uses: whatever has one was meant for us. */
const ours =
  /^(LANZADOR|BALANCEADOR|CLOUDERS|RETENCION|AVISOS|COPIA|INTERFAZ_WEB|SQL_RPA360|SQL_SAM|CALLBACK|APIGW|ORIGEN|CICLO|CERTIFICADO)_/;

/** The name it is given by, the present one first. */
export const nameGiven = (setting: Setting, environment: Environment): string | undefined =>
  namesOf(setting).find((name) => environment[name] !== undefined);

/** Where each value comes from, and what was given for nothing. Pure. */
export const provenanceOf = (environment: Environment): Provenance => {
  const ofFile = environment[fileNames] ?? new Set();
  const given = registry.flatMap((setting) => {
    const name = nameGiven(setting, environment);
    return name === undefined ? [] : [[setting.key, { name, from: ofFile.has(name) ? 'archivo' : 'entorno' }] as const];
  });
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined);
  const leftOver = [
    ...names.flatMap((name) => tellUnknown(name, ofFile.has(name))),
    ...registry.flatMap((one) => tellTwice(one, environment)),
  ];
  return { given: Object.fromEntries(given), leftOver };
};

/** Of the whole environment of a machine only what looks like ours is told; `.env` is ours altogether. */
const tellUnknown = (name: string, isOfFile: boolean): LeftOver[] => {
  if (known.has(name) || name.startsWith('DEMO_')) return [];
  const why = retiredWhy.get(name);
  if (why !== undefined) return [{ name, why: `ya no se usa: ${why}.` }];
  const meant = slipOf(name.toUpperCase(), [...known]);
  if (meant !== null) return [{ name, why: `no se conoce y no se usa. ¿Quiso decir ${meant}?` }];
  return isOfFile || ours.test(name) ? [{ name, why: 'no se conoce y no se usa.' }] : [];
};

/** By two of its names at once only one of them is read. */
const tellTwice = (setting: Setting, environment: Environment): LeftOver[] => {
  const [read, ...others] = namesOf(setting).filter((name) => environment[name] !== undefined);
  return others.map((name) => ({ name, why: `no se usa: también está ${read}, que es el que vale.` }));
};
