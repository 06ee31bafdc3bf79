import { pick } from './people.ts';

/** A public body as the source writes it: its spellings of Organisme and the shape of its expedientes. */
export type Body = {
  readonly spellings: readonly string[];
  /** The expediente of recurso `n`; no two recursos share one. */
  expediente(n: number): string;
};

/** Six digits, scattered, each once for n below 900,000 (7919 is prime to 900,000). */
const sixDigits = (n: number): number => 100_000 + ((n * 7919) % 900_000);

/** The bodies seen in the real source (XVIA.md 1.6, 6.2), apostrophes and accents as they come. */
export const bodies = {
  xaloc: {
    spellings: [
      'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
      'XALOC DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
      'XALOC, DIPUTACIO DE GIRONA - FIGUERES',
    ],
    expediente: (n) => `2025/${sixDigits(n)}-MUL`,
  },
  base: {
    spellings: ['BASE GESTION INGRESOS', 'BASE GESTION INGRESOS - DIPUTACIO DE TARRAGONA'],
    expediente: (n) =>
      n % 4 === 0 ? `1-2025/${String(n % 100_000).padStart(5, '0')}-EXE` : `43${pick(['037', '123', '148'], n)}-2025/${n}-GIM`,
  },
  madrid: {
    spellings: [
      'SUBDIRECCION GNAL GESTION MULTAS DE MADRID',
      'MADRID, SUBDIRECCION GENERAL DE GESTION DE MULTAS',
      'AYUNTAMIENTO DE MADRID',
    ],
    expediente: (n) => (n % 3 === 0 ? `LLL/2025/${String(n).padStart(9, '0')}` : `935/${String(200_000_000 + n)}.${n % 10}`),
  },
  elsewhereInMadrid: {
    spellings: ['JEFATURA PROVINCIAL DE TRAFICO DE MADRID', 'COMUNIDAD DE MADRID - CONSEJERIA DE TRANSPORTES', 'TEAR DE MADRID'],
    expediente: (n) => `28-${sixDigits(n)}-${n % 10}`,
  },
  traffic: {
    spellings: ['SERVEI CATALA DE TRANSIT DE GIRONA', 'SERVEI CATALÀ DE TRÀNSIT DE BARCELONA'],
    expediente: (n) => `17/${String(2_000_000 + n)}-${n % 10}`,
  },
  /** «BASE» and «MADRID» inside other words; a body without any pattern. */
  lookalikes: {
    spellings: ['AJUNTAMENT DE BASELLA', 'AYUNTAMIENTO DE LAS MADRIDANAS', 'AJUNTAMENT DE GIRONA'],
    expediente: (n) => `2025/${sixDigits(n)}`,
  },
} as const satisfies Record<string, Body>;

export type BodyName = keyof typeof bodies;
