import { failureWords } from '#server/cola/failure-words.ts';
import type { Standing } from '#server/cola/tramite.ts';
import type { Status } from '#server/cola/transitions.ts';
import { isItsTurn } from '#server/robots/rules.ts';

/** The parts of the page of a trámite, each with its own address (`?ver=`). */
export const tabs = [
  ['resumen', 'Resumen'],
  ['pasos', 'Pasos'],
  ['datos', 'Datos'],
  ['documentos', 'Documentos'],
  ['evidencias', 'Evidencias'],
  ['historial', 'Historial'],
] as const;
export type Tab = (typeof tabs)[number][0];

/** Whatever is not one of them is the summary. */
export const readTab = (text: string): Tab => tabs.find(([tab]) => tab === text)?.[0] ?? 'resumen';

/** What the state of a trámite means to a person, and what that person has to do. */
export type Meaning = { readonly means: string; readonly todo: string };

export type Meant = Standing & {
  readonly status: Status;
  readonly code: string | null;
  /** A person has approved its submission. */
  readonly approved: boolean;
  /** Why its organismo waits; '' when nothing is missing. */
  readonly waiting: string;
  /** It was tried before and waits for its hour. */
  readonly resting: boolean;
};

const nothing = 'Nada: no espera a nadie.';

/** "¿Está todo bien, y si no, qué hago yo?" of one trámite. Pure. */
export const meaningOf = (meant: Meant): Meaning => meanings[meant.status](meant);

const meanings: Readonly<Record<Status, (meant: Meant) => Meaning>> = {
  pending: ({ waiting, approved, resting }) => {
    if (waiting && !isItsTurn(waiting))
      return { means: `No puede empezar: ${waiting}.`, todo: 'Arregle eso en su organismo o en su robot; empezará solo.' };
    if (resting) return { means: 'Un intento no pudo terminar antes de enviar nada, y se repite solo a su hora.', todo: nothing };
    if (waiting && !approved) return { means: `Está en la cola: ${waiting}.`, todo: nothing };
    if (approved) return { means: 'Está aprobado y se enviará en cuanto haya un robot libre.', todo: nothing };
    return { means: 'Espera su turno: lo tomará el primer robot libre.', todo: nothing };
  },
  processing: () => ({ means: 'Un robot trabaja con él ahora.', todo: nothing }),
  awaiting_confirmation: ({ waiting }) =>
    waiting && isItsTurn(waiting)
      ? {
          means: 'No se ha enviado nada: cuando alguien lo apruebe, lo presentará un robot de A360.',
          todo: 'No hay capturas: mire los datos, y apruébelo o recházelo con su motivo.',
        }
      : {
          means: 'Está preparado y no se ha enviado nada: espera a que alguien lo apruebe.',
          todo: 'Mire las capturas y los datos, y apruébelo o recházelo con su motivo.',
        },
  completed: () => ({ means: 'Está en el registro de la sede, con su número y su justificante.', todo: nothing }),
  failed: ({ code }) => ({ means: 'No se ha enviado nada y no se reintentará solo.', todo: failureWords(code, false).advice }),
  needs_review: ({ code, maybeSent }) =>
    maybeSent
      ? {
          means: 'Puede que se haya enviado y puede que no: no se repite nada solo.',
          todo: 'Búsquelo en la sede y diga aquí si se presentó. Si no está seguro, no lo resuelva y pregunte.',
        }
      : { means: 'No se ha enviado nada, pero hace falta que una persona decida.', todo: failureWords(code, true).advice },
  cancelled: ({ claimed }) =>
    claimed
      ? {
          means: 'Alguien lo paró: no se ha enviado, y el recurso sigue a nombre de Cerebro.',
          todo: 'Nada, o reintentarlo, o devolverlo al origen.',
        }
      : { means: 'Alguien lo paró: no se ha enviado, y el recurso ya no está a nombre de Cerebro.', todo: 'Nada.' },
};
