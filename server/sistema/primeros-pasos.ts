import type { Config } from '#server/config.ts';
import type { Format } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { Door } from './doors.ts';
import type { LastCopy } from './queries.ts';

/** What it takes to begin, in the order it is best done: what was found just now, and exactly what to do if it is not well. */
export type Step = {
  readonly name: string;
  readonly state: Tag;
  readonly detail: string;
  readonly fix: string;
  readonly href: string | null;
};

export type Facts = {
  readonly doors: readonly Door[];
  /** null = no certificate is configured. */
  readonly certificate: Door | null;
  readonly copy: LastCopy | undefined;
  readonly organismos: { readonly total: number; readonly active: number };
  readonly config: Config;
};

const tags = {
  bien: { word: 'Hecho', icon: 'hecho', tone: 'bien' },
  mal: { word: 'No funciona', icon: 'fallo', tone: 'mal' },
  falta: { word: 'Falta', icon: 'aviso', tone: 'ojo' },
  apagada: { word: 'Sin poner', icon: 'apagado', tone: 'nada' },
} as const satisfies Record<string, Tag>;

type Fixes = { readonly off: string; readonly wrong: string; readonly href?: string };

const again = 'Después vuelva a arrancar Cerebro y abra otra vez esta página.';

/** What to write where, by the door. */
const fixes: Readonly<Record<string, Fixes>> = {
  origen: {
    off: '',
    wrong: `Corrija ORIGEN_URL en .env (sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base); «npm run doctor» dice qué permiso falta. ${again}`,
  },
  usuarios: {
    off: 'Cree el primer administrador en Usuarios, o ponga ADMIN_PASSWORD en .env y vuelva a arrancar. Hasta entonces el panel solo se abre desde esta máquina.',
    wrong: '',
    href: '/usuarios/nuevo',
  },
  intranet: {
    off: `Ponga XVIA_URL en .env: sin ella no se descargan documentos y no se presenta nada. ${again}`,
    wrong: `Compruebe que esta máquina llega a XVIA_URL (proxy, cortafuegos, VPN). ${again}`,
  },
  'Control Room (A360)': {
    off: `Si va a lanzar robots de A360, ponga AA_URL, AA_USER, AA_API_KEY (o AA_PWD) y CALLBACK_TOKEN en .env. ${again}`,
    wrong: `Si no contesta o falla él, abra el Control Room desde esta máquina y avise a quien lo lleva: se vuelve a intentar solo. Si no admite la cuenta, corrija AA_URL, AA_USER y AA_API_KEY (o AA_PWD) en .env. ${again}`,
  },
  'correo (SMTP)': {
    off: `Para recibir los avisos por correo, ponga EMAIL_SMTP_SERVER, EMAIL_FROM y EMAIL_RECIPIENTS en .env. ${again}`,
    wrong: `Corrija EMAIL_SMTP_SERVER, EMAIL_SMTP_PORT y EMAIL_USE_TLS en .env. ${again}`,
  },
  navegador: {
    off: '',
    wrong: `Instale Chrome o Edge, o ponga en NAVEGADOR la ruta de uno; sin nada, Cerebro instala el suyo si hay salida a Internet. ${again}`,
  },
};

/** Pure. */
export const firstSteps = (facts: Facts, format: Format): Step[] => {
  const door = (name: string, title: string): Step =>
    stepOf(
      title,
      facts.doors.find((one) => one.name === name),
    );
  return [
    door('origen', 'Origen de los recursos'),
    door('usuarios', 'Primer usuario'),
    door('intranet', 'Intranet'),
    door('navegador', 'Navegador'),
    certificateStep(facts.certificate),
    organismoStep(facts.organismos),
    door('Control Room (A360)', 'Control Room (A360)'),
    door('correo (SMTP)', 'Correo de los avisos'),
    copyStep(facts.copy, facts.config, format),
  ];
};

const stepOf = (name: string, door: Door | undefined): Step => {
  const { off = '', wrong = '', href = null } = (door && fixes[door.name]) ?? {};
  if (!door) return { name, state: tags.apagada, detail: 'Esta versión no lo tiene.', fix: '', href };
  if (door.state === 'bien') return { name, state: tags.bien, detail: door.detail, fix: '', href: null };
  const isOff = door.state === 'apagada';
  const state = isOff ? (['usuarios', 'intranet'].includes(door.name) ? tags.falta : tags.apagada) : tags.mal;
  return { name, state, detail: door.detail, fix: isOff ? off : wrong, href };
};

const certificateStep = (door: Door | null): Step => {
  const name = 'Certificado';
  if (door?.state === 'bien') return { name, state: tags.bien, detail: door.detail, fix: '', href: null };
  if (door) {
    const fix = `Corrija CERTIFICADO_PFX y CERTIFICADO_PASSWORD en .env, o renueve el certificado. ${again}`;
    return { name, state: tags.mal, detail: door.detail, fix, href: null };
  }
  const fix = `Si algún portal lo pide, ponga en .env CERTIFICADO_PFX (ruta del .pfx o .p12) y CERTIFICADO_PASSWORD. ${again}`;
  return { name, state: tags.apagada, detail: 'Sin CERTIFICADO_PFX: los portales que piden certificado no dejan entrar.', fix, href: null };
};

const organismoStep = ({ total, active }: Facts['organismos']): Step => {
  const name = 'Primer organismo';
  const href = '/organismos';
  if (active > 0)
    return { name, state: tags.bien, detail: active === 1 ? 'Hay 1 encendido.' : `Hay ${active} encendidos.`, fix: '', href: null };
  const detail = total === 0 ? 'No hay ninguno.' : 'Ninguno está encendido: no se reclama nada.';
  const fix = `${total === 0 ? 'Añada uno' : 'Abra uno'}, mire en su ensayo qué recursos tomaría y enciéndalo.`;
  return { name, state: tags.falta, detail, fix, href };
};

const copyStep = (copy: LastCopy | undefined, config: Config, format: Format): Step => {
  const name = 'Copias de seguridad';
  const href = '/ajustes?q=copia';
  const place = config.COPIA_DIRECTORIO ?? 'copias/, dentro de DATA_DIR';
  const fix = `Compruebe que COPIA_INTERVALO_HORAS no es 0, y ponga en COPIA_DIRECTORIO una carpeta de otro disco en la que se pueda escribir. ${again}`;
  if (!copy) return { name, state: tags.falta, detail: `Todavía no se ha hecho ninguna en ${place}.`, fix, href };
  const at = format.instant(copy.terminada_at).text;
  if (copy.error !== null || copy.verificada !== 1)
    return { name, state: tags.mal, detail: `La última, del ${at}, falló: ${copy.error ?? 'no se pudo comprobar.'}`, fix, href };
  return { name, state: tags.bien, detail: `La última, del ${at}, está comprobada.`, fix: '', href: null };
};

/** The first thing the page says. Pure. */
export const judgeSteps = (steps: readonly Step[]) => {
  const open = steps.filter(({ state }) => state === tags.mal || state === tags.falta);
  if (open.length === 0) return { tone: 'bien', icon: 'hecho', title: 'Todo lo necesario está hecho', findings: [] };
  const title = open.length === 1 ? 'Falta un paso' : `Faltan ${open.length} pasos`;
  return { tone: 'ojo', icon: 'aviso', title, findings: open.map(({ name, fix }) => ({ sentence: `${name}. ${fix}` })) };
};
