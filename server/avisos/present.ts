import type { Format } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { allDone, link, nothingYet, type Tab, type Tag, tooNarrow } from '#server/lib/tag.ts';
import type { Texts } from './fields.ts';
import { kindChoices, placeOf, wordOf } from './kinds.ts';
import { type Filter, type ListedAviso, type ListedEnvio, mostOpen, type Silencio } from './queries.ts';
import { parsedList, parsedObject, shownFact } from './stored.ts';

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

export type Channels = {
  readonly correo: string | null;
  readonly webhook: string | null;
  readonly para: readonly string[];
  /** By what nothing leaves at present. */
  readonly stuck: readonly string[];
};

/** Who is told, and how; a sentence. */
export const channelSentence = ({ correo, webhook, para, stuck }: Channels): string => {
  const ways = [correo === null ? '' : `por correo a ${para.join(', ')}`, webhook === null ? '' : `por el webhook de ${webhook}`].filter(
    Boolean,
  );
  return ways.length === 0
    ? 'Los avisos solo se ven aquí: no hay servidor de correo (EMAIL_SMTP_SERVER) ni webhook (AVISOS_WEBHOOK_URL).'
    : `Se avisa ${ways.join(' y ')}.${stuck.length > 0 ? ` Ahora no sale nada por ${stuck.map((canal) => (canal === 'correo' ? 'correo' : 'el webhook')).join(' ni por ')}: se guarda y se vuelve a intentar.` : ''}`;
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
  readonly open: number;
};

export const presentAvisos = ({ found, filter, key, may, open }: ListParts, format: Format) => {
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
    rows: page.rows.map((row) => presentRow(row, may, format)),
    beyond:
      !ended && found.length > mostOpen
        ? `Se muestran los ${mostOpen} más graves; hay ${format.number(open)} abiertos. Elija un nivel o un ámbito para ver otros.`
        : '',
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

const presentRow = (row: ListedAviso, may: boolean, format: Format) => {
  const open = row.estado === 'abierto';
  return {
    ...{ id: row.id, clave: row.clave, titulo: row.titulo, detalle: row.detalle ?? '', veces: format.number(row.veces) },
    nivel: nivelTags[row.nivel] as Tag,
    place: placeOf(row.clave),
    datos: Object.entries(parsedObject(row.datos)).map(([name, value]) => [name, shownFact(value, format)]),
    acciones: parsedList(row.acciones),
    since: format.instant(row.abierto_at),
    last: format.instant(row.ultimo_at),
    ended: format.instant(row.resuelto_at),
    told: format.instant(row.salido_at),
    untold: untoldOf(row),
    seen: row.visto_at === null ? '' : `Visto por ${row.visto_por ?? 'alguien'} el ${format.instant(row.visto_at).text}`,
    quiet: open && row.silenced === 1,
    seeable: open && may && row.visto_at === null,
    silence: open && may ? `${link('/avisos/silencios', { prefijo: row.clave, criticos: row.nivel === 'CRITICO' ? '1' : '' })}#nuevo` : '',
  };
};

/** What is written is told once it has left, not before. */
const untoldOf = ({ esperan, avisado_at, salido_at, estado }: ListedAviso): string => {
  if (esperan > 0) return esperan === 1 ? 'Escrito; no ha salido todavía' : `${esperan} escritos; no han salido todavía`;
  if (salido_at !== null) return '';
  if (avisado_at !== null) return 'Solo se dice aquí';
  return estado === 'abierto' ? 'Todavía no' : 'No';
};

/** `/avisos/:id`: where the link of a mail leads, also once it is over. */
export const presentAviso = (aviso: ListedAviso, envios: readonly ListedEnvio[], may: boolean, format: Format) => ({
  title: aviso.titulo,
  aviso: presentRow(aviso, may, format),
  open: aviso.estado === 'abierto',
  ambito: ambitos.find(([value]) => value === aviso.ambito)?.[1] ?? aviso.ambito,
  kind: wordOf(aviso.clave),
  rows: envios.map((envio) => ({ ...presentEnvio(envio, format), href: null })),
});

const envioTags: Readonly<Record<string, Tag>> = {
  pendiente: { word: 'Pendiente', icon: 'reloj', tone: 'espera' },
  enviado: { word: 'Enviado', icon: 'hecho', tone: 'bien' },
  fallido: { word: 'No salió', icon: 'fallo', tone: 'mal' },
  callado: { word: 'No se envía', icon: 'quieto', tone: 'nada' },
};
const motivoWords: Readonly<Record<string, string>> = { nuevo: 'Empieza', sigue: 'Sigue', fin: 'Termina', prueba: 'Prueba' };

const quietWhy = 'Hay un silencio, alguien lo vio o se repite demasiado, o no hay otro canal por el que decirlo.';

const presentEnvio = (row: ListedEnvio, format: Format) => ({
  ...{ id: row.id, canal: row.canal, asunto: row.asunto, error: row.error ?? (row.estado === 'callado' ? quietWhy : '') },
  intentos: format.number(row.intentos),
  href: row.aviso === null ? null : `/avisos/${row.aviso}`,
  motivo: motivoWords[row.motivo] ?? row.motivo,
  state: envioTags[row.estado] as Tag,
  created: format.instant(row.creado_at),
  sent: format.instant(row.enviado_at),
  next: format.instant(row.estado === 'pendiente' ? row.proximo_at : null),
});

export const presentEnvios = (found: readonly ListedEnvio[], key: PageKey | null, format: Format) => {
  const page = cutPage(found, key);
  return {
    title: 'Envíos de avisos',
    rows: page.rows.map((row) => presentEnvio(row, format)),
    empty:
      page.rows.length > 0
        ? null
        : nothingYet(
            'documento',
            'Todavía no se ha escrito a nadie',
            'Aquí queda cada correo y cada mensaje, con lo que pasó al enviarlo.',
          ),
    pager: {
      older: page.olderKey && link('/avisos/envios', { pagina: page.olderKey }),
      newer: page.newerKey && link('/avisos/envios', { pagina: page.newerKey }),
    },
  };
};

/** All of them, each kind, and first of all the one it was asked about from its row. */
const silenceChoices = (asked: string): readonly (readonly [string, string])[] => {
  const all: readonly (readonly [string, string])[] = [['', 'Todos los avisos'], ...kindChoices];
  return all.some(([value]) => value === asked) ? all : [[asked, wordOf(asked) || asked], ...all];
};

export const presentSilencios = (found: readonly Silencio[], { values, reasons }: { values: Texts; reasons: Texts }, format: Format) => {
  const field = (name: string, label: string, help: string) => ({
    ...{ name, label, help, type: 'text', autocomplete: 'off', value: values[name] ?? '', reason: reasons[name] ?? '' },
  });
  return {
    title: 'Silencios',
    rows: found.map(({ id, prefijo, criticos, motivo, desde, hasta, usuario }) => ({
      ...{ id, motivo, usuario: usuario ?? '' },
      what: prefijo === '' ? 'Todos los avisos' : wordOf(prefijo) || prefijo,
      criticos: criticos === 1,
      since: format.instant(desde),
      until: format.instant(hasta),
    })),
    empty: found.length > 0 ? null : allDone('No hay ningún silencio', 'Se escribe de todo lo que pasa.'),
    form: {
      prefijo: { value: values.prefijo ?? '', reason: reasons.prefijo ?? '', choices: silenceChoices(values.prefijo ?? '') },
      horas: field('horas', 'Horas', 'Cuánto dura; puede levantarse antes.'),
      motivo: field('motivo', 'Motivo', 'Lo lee quien se pregunte por qué no llegó nada.'),
      criticos: values.criticos === '1',
    },
    refused: Object.keys(reasons).length > 0,
  };
};
