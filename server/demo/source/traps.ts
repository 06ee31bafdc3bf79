import { withWrongControl } from './identity.ts';
import { documentOf, isCompany, type Row } from './people.ts';
import { attachmentRow, type Fate, inventRecurso, lastOrdinaryId, type SampleRecurso } from './recurso.ts';

/** A way in which a xaloc recurso goes wrong (XVIA.md 6): what becomes of it and what changes in its rows. */
type Trap = {
  readonly name: string;
  readonly fate: Fate;
  /** Whose client it needs; without it, whichever comes. */
  readonly client?: 'person' | 'company';
  bend(sample: SampleRecurso): Partial<SampleRecurso>;
};

const recurso =
  (change: Row | ((row: Row) => Row)): Trap['bend'] =>
  (sample) => ({ recurso: { ...sample.recurso, ...(typeof change === 'function' ? change(sample.recurso) : change) } });

const expediente = (change: (clean: string) => string | null): Trap['bend'] =>
  recurso((row) => ({ Expedient: change(row.Expedient as string) }));

const client =
  (change: (row: Row) => Row): Trap['bend'] =>
  (sample) => ({ clientes: sample.clientes.map((row) => ({ ...row, ...change(row) })) });

const attachments =
  (...names: readonly (string | null)[]): Trap['bend'] =>
  (sample) => ({ attachments: names.map((name, k) => attachmentRow(sample.n, k, name)) });

const driverTwice: Trap['bend'] = (sample) => {
  const row = (name: string): Row => ({
    idExp: sample.recurso.IdExp ?? null,
    Expedient: sample.recurso.Expedient ?? null,
    ConducNom: name,
  });
  return { DadesIdentif: [row('Aina Inventat Mostra'), row('Pau Fictici Ejemplo')] };
};

/** Untidy, but complete: these are filed like any other. */
const filed: readonly Trap[] = [
  { name: 'blancos_alrededor', fate: 'fileable', bend: expediente((clean) => `   ${clean}      `) },
  { name: 'salto_de_linea_final', fate: 'fileable', bend: expediente((clean) => `${clean}\n`) },
  { name: 'espacio_duro_final', fate: 'fileable', bend: expediente((clean) => `${clean}\u00a0`) },
  {
    name: 'organisme_en_minusculas',
    fate: 'fileable',
    bend: recurso({ Organisme: '  Xaloc, Diputació de Girona - la Bisbal d´Empordà  ' }),
  },
  { name: 'asignado_a_otra_persona', fate: 'fileable', bend: recurso({ UsuarioAsignado: 'Nom Inventat Cognom        ' }) },
  { name: 'completado_antiguo', fate: 'fileable', bend: recurso({ FUsuarioCompletado: '2023-05-04 10:11:12' }) },
  { name: 'id_decimal', fate: 'fileable', bend: recurso((row) => ({ idRecurso: Number(row.idRecurso) })) },
  { name: 'id_decimal_en_texto', fate: 'fileable', bend: recurso((row) => ({ idRecurso: `${row.idRecurso}.0` })) },
  { name: 'id_enorme', fate: 'fileable', bend: recurso({ idRecurso: 9_007_199_254_740_993n }) },
  {
    name: 'persona_con_nombre_fiscal',
    fate: 'fileable',
    client: 'person',
    bend: client(() => ({ Nombrefiscal: 'INVENTAT FICTICI, AINA' })),
  },
  {
    name: 'empresa_solo_en_clientes',
    fate: 'fileable',
    client: 'company',
    bend: recurso({ cif: '   ', Empresa: null }),
  },
  { name: 'dos_conductores', fate: 'fileable', bend: driverTwice },
  { name: 'adjunto_repetido', fate: 'fileable', bend: attachments('denuncia.pdf', 'foto.jpg', 'denuncia.pdf') },
  { name: 'adjunto_con_separadores', fate: 'fileable', bend: attachments('acta 1|2, copia: final.pdf') },
];

/** Claimed and queued like any other; the robot's own checks say what is missing. */
const incomplete: readonly Trap[] = [
  { name: 'sin_matricula', fate: 'claimed', bend: (s) => ({ ...recurso({ Matricula: null })(s), expedientes: [], pubExp: [] }) },
  { name: 'matricula_en_blanco', fate: 'claimed', bend: recurso({ Matricula: '   ' }) },
  { name: 'sin_fase', fate: 'claimed', bend: recurso({ FaseProcedimiento: null }) },
  { name: 'fase_desconocida', fate: 'claimed', bend: recurso({ FaseProcedimiento: 'fase que nadie conoce' }) },
  {
    name: 'letra_de_nif_erronea',
    fate: 'claimed',
    client: 'person',
    bend: (s) => client(() => ({ nif: withWrongControl(documentOf(s.n)) }))(s),
  },
  {
    name: 'control_de_cif_erroneo',
    fate: 'claimed',
    client: 'company',
    bend: (s) => ({
      ...client(() => ({ nifempresa: withWrongControl(documentOf(s.n)) }))(s),
      ...recurso({ cif: withWrongControl(documentOf(s.n)) })(s),
    }),
  },
  { name: 'cliente_huerfano', fate: 'claimed', client: 'person', bend: () => ({ clientes: [] }) },
  { name: 'numclient_nulo', fate: 'claimed', client: 'person', bend: recurso({ numclient: null }) },
  { name: 'adjunto_sin_nombre', fate: 'claimed', bend: attachments('denuncia.pdf', null) },
  { name: 'adjunto_de_otro_tipo', fate: 'claimed', bend: attachments('escrito.docx') },
];

/** Xaloc's, but turned down by its rules; kept once per recurso with the reason. */
const discarded: readonly Trap[] = [
  { name: 'sufijo_en_minusculas', fate: 'discarded', bend: expediente((clean) => clean.replace('MUL', 'mul')) },
  { name: 'blanco_interior', fate: 'discarded', bend: expediente((clean) => clean.replace('/', '/ ')) },
  { name: 'guion_por_barra', fate: 'discarded', bend: expediente((clean) => clean.replace('/', '-')) },
  { name: 'sufijo_cortado', fate: 'discarded', bend: expediente((clean) => clean.slice(0, -1)) },
  { name: 'anyo_de_tres_cifras', fate: 'discarded', bend: expediente((clean) => clean.slice(1)) },
  { name: 'sufijo_sad', fate: 'discarded', bend: expediente((clean) => clean.replace('MUL', 'SAD')) },
  { name: 'numero_corto', fate: 'discarded', bend: expediente(() => '2026/400-MUL') },
  { name: 'sin_sufijo', fate: 'discarded', bend: expediente(() => '2023/00177887') },
  { name: 'numero_de_notificacion', fate: 'discarded', bend: expediente(() => 'NT/20250001/0042/123456789') },
  { name: 'cifras_de_otra_escritura', fate: 'discarded', bend: expediente((clean) => clean.replaceAll('2', '٢')) },
  { name: 'expediente_larguisimo', fate: 'discarded', bend: expediente(() => `2025/${'1'.repeat(20_000)}-MUL`) },
  { name: 'dos_lineas', fate: 'discarded', bend: expediente((clean) => `${clean}\n${clean}`) },
  { name: 'expediente_nulo', fate: 'discarded', bend: expediente(() => null) },
  { name: 'expediente_en_blanco', fate: 'discarded', bend: expediente(() => '     ') },
  { name: 'id_nulo', fate: 'discarded', bend: recurso({ idRecurso: null }) },
  { name: 'id_negativo', fate: 'discarded', bend: recurso({ idRecurso: -7n }) },
  { name: 'id_partido', fate: 'discarded', bend: recurso({ idRecurso: lastOrdinaryId + 1.5 }) },
];

/** Not free, or not for robots: no rule ever sees them. */
const foreign: readonly Trap[] = [
  { name: 'texp_1_de_otra_persona', fate: 'foreign', bend: recurso({ TExp: 1, UsuarioAsignado: 'Nom Inventat Cognom' }) },
  { name: 'texp_4', fate: 'foreign', bend: recurso({ TExp: 4 }) },
  { name: 'texp_nulo', fate: 'foreign', bend: recurso({ TExp: null }) },
  { name: 'estado_1', fate: 'foreign', bend: recurso({ Estado: 1, UsuarioAsignado: 'Nom Inventat Cognom' }) },
  { name: 'estado_2', fate: 'foreign', bend: recurso({ Estado: 2, FUsuarioCompletado: '2025-02-03 09:00:00' }) },
  { name: 'estado_nulo', fate: 'foreign', bend: recurso({ Estado: null }) },
  { name: 'organisme_nulo', fate: 'foreign', bend: recurso({ Organisme: null }) },
];

export const traps: readonly Trap[] = [...filed, ...incomplete, ...discarded, ...foreign];

/** The recurso number `n` with the trap set; the number must suit the trap. */
export const setTrap = (trap: Trap, n: number): SampleRecurso => {
  const clean = inventRecurso('xaloc', n);
  return { ...clean, ...trap.bend(clean), trap: trap.name, fate: trap.fate };
};

/** Whether number `n` brings the kind of client the trap is about. */
export const suits = (trap: Trap, n: number): boolean => trap.client === undefined || (trap.client === 'company') === isCompany(n);
