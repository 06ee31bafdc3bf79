import type { FieldView, Texts } from './fields.ts';

/** `refusal`: one sentence for the whole form; it never says what was wrong. */
export type DoorView = { readonly title: string; readonly fields: readonly FieldView[]; readonly refusal: string };

export const wrongSentence = 'El usuario o la contraseña no son correctos, o ese usuario no puede entrar.';

export const restSentence = (restMs: number): string => {
  const minutes = Math.ceil(restMs / 60_000);
  return `Demasiados intentos seguidos: espere ${minutes === 1 ? '1 minuto' : `${minutes} minutos`} y vuelva a intentarlo.`;
};

/** The form of the door; a password is never sent back. */
export const presentDoor = (usuario: string, refusal: string): DoorView => ({
  title: 'Entrar',
  fields: [
    {
      name: 'usuario',
      label: 'Usuario',
      type: 'text',
      autocomplete: 'username',
      value: usuario,
      reason: '',
      help: '',
      first: usuario === '',
    },
    {
      ...{ name: 'clave', label: 'Contraseña', type: 'password', autocomplete: 'current-password' },
      ...{ value: '', reason: '', help: '', first: usuario !== '' },
    },
  ],
  refusal,
});

/** The form of the first administrator. */
export const presentFirst = (values: Texts, reasons: Texts): DoorView => {
  const field = (name: string, label: string, more: Pick<FieldView, 'type' | 'autocomplete'> & { help?: string }): FieldView => ({
    ...{ name, label, help: '', ...more },
    value: more.type === 'password' ? '' : (values[name] ?? ''),
    reason: reasons[name] ?? '',
  });
  const help = 'Diez caracteres como mínimo. Una frase es fácil de recordar y difícil de acertar.';
  return {
    title: 'Primer administrador',
    fields: [
      field('usuario', 'Usuario', {
        type: 'text',
        autocomplete: 'username',
        help: 'Con el que entrará: minúsculas sin acento, cifras, «.», «_» y «-».',
      }),
      field('nombre', 'Nombre', { type: 'text', autocomplete: 'name', help: 'Cómo se llama la persona.' }),
      field('clave', 'Contraseña', { type: 'password', autocomplete: 'new-password', help }),
      field('clave_otra_vez', 'Contraseña otra vez', { type: 'password', autocomplete: 'new-password' }),
    ],
    refusal: '',
  };
};
