import { cif, nie, nif } from './identity.ts';

/** A row as it is inserted: column name → value. */
export type Row = Readonly<Record<string, string | number | bigint | null>>;

const names = ['Aina', 'Pau', 'Berta', 'Oriol', 'Mireia', 'Ferran', 'Núria', 'Àlex', 'Clàudia', 'Roger', 'Íngrid', 'Begoña', 'Julián'];
const surnames = [
  'Inventat',
  'Fictici',
  'Imaginari',
  'Suposat',
  'Simulada',
  'Mostra',
  'Ejemplo',
  'Figurat',
  'Aparent',
  'Ficción',
  'Pruebas',
];
const adjectives = ['EXEMPLE', 'INVENTADA', 'FICTÍCIA', 'SIMULADA', 'IMAGINÀRIA'];
const trades = ['TRANSPORTS', 'LOGÍSTICA', 'MISSATGERIA', 'AUTOCARS', 'REPARTIMENTS', 'LLOGUER DE FURGONETES', 'CONSTRUCCIONS D´OBRA'];
const streets = ["Carrer de l'Exemple", 'Avinguda Fictícia', 'Plaça de la Mostra', 'Passeig Imaginari'];
const towns = [
  { poblacion: 'Girona', Cpostal: '17001', provincia: 'Girona' },
  { poblacion: 'Figueres', Cpostal: '17600', provincia: 'Girona' },
  { poblacion: "La Bisbal d'Empordà", Cpostal: '17100', provincia: 'Girona' },
  { poblacion: 'Barcelona', Cpostal: '08001', provincia: 'Barcelona' },
];

export const pick = <T>(items: readonly T[], n: number): T => items[n % items.length] as T;

/** The number of the client of recurso `n`. */
export const clientNumber = (n: number): number => 4000 + n;

/** Row of `clientes` for recurso `n`: companies and natural persons in turns, nobody who exists. */
export const inventClient = (n: number): Row => (isCompany(n) ? company(n) : person(n));

export const isCompany = (n: number): boolean => n % 2 === 0;

/** How the recurso names its client: SujetoRecurso, with the untidiness of the real ones. */
export const subjectOf = (n: number): string => {
  if (isCompany(n)) return n % 10 === 0 ? `${companyName(n)}.` : companyName(n);
  const { name, first, second } = personName(n);
  return n % 9 === 0 ? `${name}  ${first} ${second}` : `${name} ${first} ${second}`;
};

/** The identity document of the client of recurso `n`. Company numbers use the province 00 and persons the unissued 99 million. */
export const documentOf = (n: number): string => {
  if (isCompany(n)) return cif(companyForm(n) === 'SA' ? 'A' : 'B', n);
  return n % 11 === 0 ? nie(pick(['X', 'Y', 'Z'], n), 9_900_000 + (n % 100_000)) : nif(99_000_000 + n);
};

export const companyName = (n: number): string => `${pick(adjectives, n >> 1)} ${pick(trades, n >> 1)} ${n} ${companyForm(n)}`;

const companyForm = (n: number): string => pick(['SL', 'SA', 'SLU'], n >> 1);

const personName = (n: number) => ({
  name: pick(names, n),
  first: pick(surnames, n),
  second: pick(surnames, Math.floor(n / surnames.length) + 3),
});

const company = (n: number): Row => ({
  ...contact(n),
  tipodecliente: 2,
  nif: null,
  nifempresa: documentOf(n),
  Nombre: null,
  Apellido1: null,
  Apellido2: null,
  Nombrefiscal: companyName(n),
  Nombrejuridico: companyName(n),
  Nombrecomercial: n % 4 === 0 ? `${pick(adjectives, n >> 1)} ${n}` : '',
});

const person = (n: number): Row => {
  const { name, first, second } = personName(n);
  return {
    ...contact(n),
    tipodecliente: 1,
    nif: documentOf(n),
    nifempresa: n % 5 === 0 ? '' : null,
    Nombre: name,
    Apellido1: first,
    Apellido2: second,
    Nombrefiscal: n % 7 === 0 ? '   ' : null,
    Nombrejuridico: null,
    Nombrecomercial: null,
  };
};

const contact = (n: number): Row => ({
  numerocliente: clientNumber(n),
  email: `cliente${n}@exemple.invalid`,
  movil: `6000${String(n % 100_000).padStart(5, '0')}`,
  telefono1: n % 3 === 0 ? null : `9720${String(n % 100_000).padStart(5, '0')}`,
  telefono2: null,
  calle: pick(streets, n),
  numero: String(1 + (n % 120)),
  escalera: n % 6 === 0 ? 'B' : null,
  piso: n % 2 === 0 ? String(1 + (n % 5)) : null,
  puerta: n % 2 === 0 ? String(1 + (n % 4)) : null,
  ...pick(towns, n),
});
