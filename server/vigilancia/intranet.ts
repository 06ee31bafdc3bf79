import { mantenerAvisos } from '#server/avisos/mantener.ts';
import type { Aviso } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { asError } from '#server/lib/errors.ts';

const clave = 'intranet_no_responde';

/**
 * Knocks at the intranet: without its papers every trámite fails, each for itself, and where there is one organismo nobody else's success
 * would give it away. Asked twice before it is told; a papers' server nobody has configured is missed by nobody.
 */
export const tellIntranet = async (deps: Pick<Deps, 'db' | 'clock' | 'papers'>): Promise<void> => {
  const { papers } = deps;
  const failure = papers ? await papers.check().catch(() => papers.check().catch(asError)) : undefined;
  await mantenerAvisos(deps, clave, failure instanceof Error ? [avisoOf(failure.message)] : []);
};

const avisoOf = (sentence: string): Aviso => ({
  ...{ clave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
  titulo: 'La intranet no responde',
  detalle: `${sentence} Sin sus documentos no se presenta nada: lo que toca se reintenta, y lo que agota sus intentos queda en Errores.`,
  acciones: [
    'Compruebe que la intranet se abre desde esta máquina (XVIA_URL), o ejecute «npm run doctor».',
    'Cuando vuelva, reintente desde Errores lo que haya fallado mientras tanto.',
  ],
});
