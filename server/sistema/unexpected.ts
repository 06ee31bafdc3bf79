import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { redactText } from '#server/lib/secrets.ts';

/** A failure nobody decided about. `origen` says where it was met, `reference` what its page and the log call it. */
export type Unexpected = { readonly origen: string; readonly error: Error; readonly reference: string };

/** Keeps it in `error_log`, for the errors page, and in the log with its stack. */
export const keepUnexpected = async (deps: Pick<Deps, 'db' | 'clock' | 'log'>, unexpected: Unexpected): Promise<void> => {
  const { origen, error, reference } = unexpected;
  deps.log.error({ err: error, origen, referencia: reference }, 'error inesperado');
  await noteUnexpected(deps, unexpected);
};

/** In `error_log` only: the log has it from whoever met it. */
export const noteUnexpected = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, { origen, error, reference }: Unexpected): Promise<void> =>
  db.write(() => {
    db.sql('INSERT INTO error_log (fecha_hora, origen, error_mensaje, parametros) VALUES (?, ?, ?, ?)').run(
      isoNow(clock),
      origen,
      redactText(error.message),
      JSON.stringify({ referencia: reference }),
    );
  });
