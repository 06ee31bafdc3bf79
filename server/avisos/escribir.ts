import type { Mensaje, NotReached } from '#server/gateways/correo/correo.ts';
import type { Format } from '#server/lib/format.ts';
import { htmlOf } from './html.ts';
import { type Motivo, naturalezaOf, type Pace, paceOf } from './rules.ts';
import { shownFact } from './stored.ts';

/** An aviso as its row stands, and what the house calls itself. */
export type Written = {
  readonly avisoId: number;
  readonly clave: string;
  readonly nivel: string;
  readonly ambito: string;
  readonly naturaleza: string;
  readonly titulo: string;
  readonly detalle: string | null;
  readonly datos: Readonly<Record<string, string>>;
  readonly acciones: readonly string[];
  readonly veces: number;
  readonly avisadoAt: string | null;
  readonly avisadoVeces: number;
  readonly abiertoAt: string;
  readonly ultimoAt: string;
  readonly resueltoAt: string | null;
};

export type Context = {
  readonly format: Format;
  readonly now: number;
  /** URL_PUBLICA. */
  readonly panel: string | undefined;
  readonly repeatMin: number;
};

export type Letter = { readonly asunto: string; readonly texto: string; readonly html: string; readonly mensaje: Mensaje };

/** Everything a mail says, before it takes a form. */
export type Said = {
  readonly asunto: string;
  readonly titulo: string;
  readonly nivel: string;
  readonly recovered: boolean;
  readonly resumen: string;
  readonly datos: readonly (readonly [name: string, value: string])[];
  readonly acciones: readonly string[];
  readonly frecuencia: string;
  readonly enlace: string | null;
};

const longestTitle = 200;
const longestText = 4000;
const longestFact = 1000;
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** By whole signs: half of one is none. */
const upTo = (most: number, text: string): string => (text.length <= most ? text : `${Array.from(text).slice(0, most).join('')}…`);

/** «Cerebro - CRITICO - SISTEMA - PERMANENTE - título» */
export const subjectOf = (nivel: string, ambito: string, naturaleza: string, titulo: string): string =>
  `Cerebro - ${nivel} - ${ambito} - ${naturaleza} - ${upTo(longestTitle, oneLine(titulo))}`;

/** The mail, and what a webhook is told, about one aviso for one reason. */
export const writeLetter = (aviso: Written, motivo: Motivo, context: Context): Letter => {
  const naturaleza = naturalezaOf(motivo, { ...aviso, abiertoAt: Date.parse(aviso.abiertoAt) }, context.now);
  const nivel = motivo === 'fin' ? 'MEDIO' : aviso.nivel;
  const titulo = motivo === 'fin' ? `Resuelto: ${oneLine(aviso.titulo)}` : oneLine(aviso.titulo);
  const said: Said = {
    ...{ asunto: subjectOf(nivel, aviso.ambito, naturaleza, titulo), titulo, nivel, recovered: motivo === 'fin' },
    resumen: upTo(longestText, summaryOf(aviso, motivo, context)),
    datos: factsOf(aviso, motivo, context),
    acciones: motivo === 'fin' ? [] : aviso.acciones,
    frecuencia: frequencyOf(aviso, motivo, context),
    enlace: linkOf(context.panel, `/avisos/${aviso.avisoId}`),
  };
  return letterOf(said, { ambito: aviso.ambito, naturaleza, motivo });
};

const letterOf = (said: Said, { ambito, naturaleza, motivo }: { ambito: string; naturaleza: string; motivo: string }): Letter => ({
  asunto: said.asunto,
  texto: textOf(said),
  html: htmlOf(said),
  mensaje: {
    ...{ asunto: said.asunto, nivel: said.nivel, ambito, naturaleza, motivo, titulo: said.titulo, detalle: said.resumen },
    ...{ datos: Object.fromEntries(said.datos), acciones: said.acciones, enlace: said.enlace },
  },
});

/** What the test button sends. */
export const writeTest = ({ format, now, panel }: Context, usuario: string): Letter => {
  const titulo = 'Aviso de prueba';
  const said: Said = {
    ...{ asunto: subjectOf('MEDIO', 'SISTEMA', 'TRANSITORIO', titulo), titulo, nivel: 'MEDIO', recovered: false },
    resumen: 'Si lee esto, los avisos de Cerebro llegan aquí. No hay que hacer nada.',
    datos: [
      ['Enviado', format.instant(new Date(now).toISOString()).text],
      ['Lo ha pedido', usuario],
    ],
    ...{ acciones: [], frecuencia: '', enlace: linkOf(panel, '/avisos') },
  };
  return letterOf(said, { ambito: 'SISTEMA', naturaleza: 'TRANSITORIO', motivo: 'prueba' });
};

/** Whom a letter has not reached, for the log of the sent ones; null when it reached all. */
export const unreachedNote = ({ refused, postponed }: NotReached): string | null => {
  const parts = [
    refused.length === 0 ? '' : `El servidor de correo no admite a ${refused.join(', ')}; a los demás les ha llegado.`,
    postponed.length === 0 ? '' : `El servidor de correo aplaza a ${postponed.join(', ')}.`,
  ].filter(Boolean);
  return parts.length === 0 ? null : parts.join(' ');
};

const linkOf = (panel: string | undefined, path: string): string | null =>
  panel === undefined ? null : `${panel.replace(/\/+$/, '')}${path}`;

const summaryOf = ({ detalle, veces, avisadoVeces, avisadoAt, abiertoAt }: Written, motivo: Motivo, { format }: Context): string => {
  if (motivo === 'fin') return `Ha terminado. Había empezado el ${format.instant(abiertoAt).text}.`;
  const what = detalle ?? '';
  if (motivo === 'nuevo') return what;
  const more = veces - avisadoVeces;
  return `${more} ${more === 1 ? 'vez' : 'veces'} más desde el ${format.instant(avisadoAt ?? abiertoAt).text}. ${what}`.trim();
};

const factsOf = (aviso: Written, motivo: Motivo, { format }: Context): [string, string][] => {
  const { abiertoAt, ultimoAt, resueltoAt, veces, datos } = aviso;
  const ended: [string, string][] =
    motivo === 'fin' && resueltoAt !== null
      ? [
          ['Terminó', format.instant(resueltoAt).text],
          ['Duró', format.elapsed(abiertoAt, resueltoAt)],
        ]
      : [];
  return [
    ['Empezó', format.instant(abiertoAt).text],
    ...(veces > 1 ? [['Última vez', format.instant(ultimoAt).text] as [string, string]] : []),
    ...ended,
    ['Veces', format.number(veces)],
    ...Object.entries(datos).map(([name, value]): [string, string] => [name, upTo(longestFact, shownFact(value, format))]),
  ];
};

const frequencyOf = (aviso: Written, motivo: Motivo, { repeatMin }: Context): string =>
  motivo === 'fin'
    ? 'No se vuelve a escribir de este aviso, salvo que empiece otra vez.'
    : `${rhythmOf(paceOf(aviso, repeatMin))}; al terminar, una vez más. Para no recibir más, márquelo como visto en el panel.`;

const rhythmOf = ({ first, later }: Pace): string => {
  if (!Number.isFinite(first)) return 'De esto se escribe una sola vez';
  if (first === later) return `Mientras se repita se vuelve a escribir, como mucho cada ${inWords(first)}`;
  return `Mientras se repita se vuelve a escribir a los ${inWords(first)} y después, como mucho cada ${inWords(later)}`;
};

const inWords = (minutes: number): string => {
  if (minutes === 24 * 60) return '24 horas';
  return minutes === 1 ? '1 minuto' : `${minutes} minutos`;
};

const textOf = ({ titulo, resumen, datos, acciones, frecuencia, enlace }: Said): string =>
  [
    titulo,
    resumen,
    datos.map(([name, value]) => `${name}: ${value}`).join('\n'),
    acciones.length > 0 ? ['Qué hacer:', ...acciones.map((accion, index) => `${index + 1}. ${accion}`)].join('\n') : '',
    enlace === null ? '' : `Verlo en el panel: ${enlace}`,
    frecuencia,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
