import type { Format } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { allDone, link, nothingYet, type Tab, type Tag, tooNarrow } from '#server/lib/tag.ts';
import type { Texts } from './fields.ts';
import { type Filter, type ListedAviso, type ListedEnvio, mostOpen, type Silencio } from './queries.ts';
import { parsedList, parsedObject } from './stored.ts';

/** What all the pages of the room show around what is theirs. */
export const tabsOf = (current: string, open: number, silencios: number, format: Format): Tab[] => {
  const tab = (word: string, href: string, count?: number) => ({
    ...{ word, href, current: href === current },
    ...(count ? { count: format.number(count) } : {}),
  });
  return [
    tab('Abiertos', '/avisos', open),
    tab('Terminados', '/avisos?estado=resuelto'),
    tab('Silencios', '/avisos/silencios', silencios),
    tab('Envíos', '/avisos/envios'),
  ];
};

export type Channels = { readonly correo: string | null; readonly webhook: string | null; readonly para: readonly string[] };

/** Who is told, and how; a sentence. */
export const channelSentence = ({ correo, webhook, para }: Channels): string => {
  const ways = [correo === null ? '' : `por correo a ${para.join(', ')}`, webhook === null ? '' : `por el webhook de ${webhook}`].filter(
    Boolean,
  );
  return ways.length === 0
    ? 'Los avisos solo se ven aquí: no hay servidor de correo (EMAIL_SMTP_SERVER) ni webhook (AVISOS_WEBHOOK_URL).'
    : `Se avisa ${ways.join(' y ')}.`;
};

const nivelTags: Readonly<Record<string, Tag>> = {
  CRITICO: { word: 'Crítico', icon: 'fallo', tone: 'mal' },
  ALTO: { word: 'Alto', icon: 'aviso', tone: 'ojo' },
  MEDIO: { word: 'Medio', icon: 'aviso', tone: 'espera' },
};

const ambitos: readonly (readonly [string, string])[] = [
  ['', 'Todos'],
  ['SISTEMA', 'Sistema'],
  ['ROBOT', 'Robot'],
  ['EQUIPO', 'Equipo'],
];
const niveles: readonly (readonly [string, string])[] = [
  ['', 'Todos'],
  ['CRITICO', 'Crítico'],
  ['ALTO', 'Alto'],
  ['MEDIO', 'Medio'],
];

export type ListParts = {
  readonly found: readonly ListedAviso[];
  readonly filter: Filter;
  readonly key: PageKey | null;
  readonly may: boolean;
  readonly silencios: readonly Silencio[];
};

export const presentAvisos = ({ found, filter, key, may, silencios }: ListParts, format: Format) => {
  const ended = filter.estado === 'resuelto';
  const page = ended ? cutPage(found, key) : { rows: found.slice(0, mostOpen), olderKey: null, newerKey: null };
  const to = (pagina: string | null) =>
    pagina && link('/avisos', { estado: ended ? 'resuelto' : '', nivel: filter.nivel, ambito: filter.ambito, pagina });
  const narrow = filter.nivel !== null || filter.ambito !== null;
  return {
    title: 'Avisos',
    ended,
    filters: [
      { name: 'nivel', label: 'Nivel', chosen: filter.nivel ?? '', choices: niveles },
      { name: 'ambito', label: 'Ámbito', chosen: filter.ambito ?? '', choices: ambitos },
    ],
    rows: page.rows.map((row) => presentRow(row, silencios, may, format)),
    beyond: !ended && found.length > mostOpen ? `Se muestran los ${mostOpen} más graves.` : '',
    empty: page.rows.length > 0 ? null : emptyOf(ended, narrow),
    pager: { older: to(page.olderKey), newer: to(page.newerKey) },
  };
};

const emptyOf = (ended: boolean, narrow: boolean) => {
  if (narrow) return tooNarrow('Hay que mirar otro nivel u otro ámbito.', ended ? '/avisos?estado=resuelto' : '/avisos');
  return ended
    ? nothingYet('aviso', 'Todavía no ha terminado ninguno', 'Aquí quedan los avisos cuando lo que cuentan se arregla.')
    : allDone('No hay nada de lo que avisar', 'Todo lo que se vigila está bien.');
};

const presentRow = (row: ListedAviso, silencios: readonly Silencio[], may: boolean, format: Format) => {
  const quiet = silencios.some(({ prefijo, criticos }) => row.clave.startsWith(prefijo) && (criticos === 1 || row.nivel !== 'CRITICO'));
  const open = row.estado === 'abierto';
  return {
    ...{ id: row.id, clave: row.clave, titulo: row.titulo, detalle: row.detalle ?? '', veces: format.number(row.veces) },
    nivel: nivelTags[row.nivel] as Tag,
    datos: Object.entries(parsedObject(row.datos)),
    acciones: parsedList(row.acciones),
    since: format.instant(row.abierto_at),
    last: format.instant(row.ultimo_at),
    ended: format.instant(row.resuelto_at),
    told: format.instant(row.avisado_at),
    seen: row.visto_at === null ? '' : `Visto por ${row.visto_por ?? 'alguien'} el ${format.instant(row.visto_at).text}`,
    quiet: open && quiet,
    seeable: open && may && row.visto_at === null,
    silence: open && may ? `${link('/avisos/silencios', { prefijo: row.clave })}#nuevo` : '',
  };
};

const envioTags: Readonly<Record<string, Tag>> = {
  pendiente: { word: 'Pendiente', icon: 'reloj', tone: 'espera' },
  enviado: { word: 'Enviado', icon: 'hecho', tone: 'bien' },
  fallido: { word: 'No salió', icon: 'fallo', tone: 'mal' },
  callado: { word: 'Callado', icon: 'quieto', tone: 'nada' },
};
const motivoWords: Readonly<Record<string, string>> = { nuevo: 'Empieza', sigue: 'Sigue', fin: 'Termina', prueba: 'Prueba' };

export const presentEnvios = (found: readonly ListedEnvio[], key: PageKey | null, format: Format) => {
  const page = cutPage(found, key);
  return {
    title: 'Envíos de avisos',
    rows: page.rows.map((row) => ({
      ...{ id: row.id, canal: row.canal, asunto: row.asunto, error: row.error ?? '', intentos: format.number(row.intentos) },
      motivo: motivoWords[row.motivo] ?? row.motivo,
      state: envioTags[row.estado] as Tag,
      created: format.instant(row.creado_at),
      sent: format.instant(row.enviado_at),
      next: format.instant(row.estado === 'pendiente' ? row.proximo_at : null),
    })),
    empty:
      page.rows.length > 0
        ? null
        : nothingYet('aviso', 'Todavía no se ha escrito a nadie', 'Aquí queda cada correo y cada mensaje, con lo que pasó al enviarlo.'),
    pager: {
      older: page.olderKey && link('/avisos/envios', { pagina: page.olderKey }),
      newer: page.newerKey && link('/avisos/envios', { pagina: page.newerKey }),
    },
  };
};

export const presentSilencios = (found: readonly Silencio[], { values, reasons }: { values: Texts; reasons: Texts }, format: Format) => {
  const field = (name: string, label: string, help: string) => ({
    ...{ name, label, help, type: 'text', autocomplete: 'off', value: values[name] ?? '', reason: reasons[name] ?? '' },
  });
  return {
    title: 'Silencios',
    rows: found.map(({ id, prefijo, criticos, motivo, desde, hasta, usuario }) => ({
      ...{ id, motivo, usuario: usuario ?? '' },
      what: prefijo === '' ? 'Todos los avisos' : prefijo,
      criticos: criticos === 1,
      since: format.instant(desde),
      until: format.instant(hasta),
    })),
    empty: found.length > 0 ? null : allDone('No hay ningún silencio', 'Se escribe de todo lo que pasa.'),
    form: {
      prefijo: field('prefijo', 'De qué avisos', 'El principio de su clave; vacío = de todos.'),
      horas: field('horas', 'Horas', 'Cuánto dura; puede levantarse antes.'),
      motivo: field('motivo', 'Motivo', 'Lo lee quien se pregunte por qué no llegó nada.'),
      criticos: values.criticos === '1',
    },
    refused: Object.keys(reasons).length > 0,
  };
};
