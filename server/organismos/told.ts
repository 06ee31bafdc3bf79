import type { Message } from '#server/lib/tag.ts';
import type { Saved } from './save.ts';

/** What the page says at its next opening about what was ordered. */
export const told = {
  saved: ({ changed, leftOff }: Saved): Message => {
    if (leftOff) return changed ? savedOff : needsEnsayo;
    return changed
      ? { tone: 'bien', icon: 'hecho', title: 'Guardado.' }
      : { tone: 'nada', icon: 'quieto', title: 'No había nada que guardar: todo es como estaba.' };
  },
  switched: (active: boolean): Message =>
    active
      ? { tone: 'bien', icon: 'hecho', title: 'Encendido: el próximo ciclo reclama sus recursos.' }
      : { tone: 'nada', icon: 'apagado', title: 'Apagado: no se reclama nada nuevo.' },
  restored: (changed: boolean): Message =>
    changed
      ? {
          ...{ tone: 'bien', icon: 'hecho', title: 'Reglas restauradas, y el organismo apagado.' },
          sentence: 'Han quedado como una versión nueva. Para encenderlo, mire antes su ensayo.',
        }
      : { tone: 'nada', icon: 'quieto', title: 'No se ha cambiado nada: esas ya son sus reglas.' },
  renamed: {
    ...{ tone: 'bien', icon: 'hecho', title: 'Identificador cambiado; el organismo queda apagado.' },
    sentence: 'Revise sus reglas y su ensayo antes de encenderlo.',
  } satisfies Message as Message,
};

const savedOff: Message = {
  ...{ tone: 'ojo', icon: 'apagado', title: 'Guardado, y apagado: unas reglas nuevas no se encienden sin mirar antes su ensayo.' },
  sentence: 'Es este. Si es lo que quiere, pulse «Encender con estas reglas».',
};

export const needsEnsayo: Message = {
  ...{ tone: 'ojo', icon: 'apagado', title: 'Sigue apagado: faltaba un ensayo con las reglas de ahora.' },
  sentence: 'Es este. Si es lo que quiere, pulse «Encender con estas reglas».',
};
