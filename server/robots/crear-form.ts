import type { Texts } from './fields.ts';

const words = {
  robot_id: ['Identificador en A360', 'El número del bot (fileId): está en la dirección de su página del Control Room.'],
  robot: ['Nombre', 'Como se llama el bot en A360.'],
  descripcion: ['Descripción', 'Puede quedar vacía: la sincronización trae la de A360.'],
} as const;

/** The form of a robot added by hand: what was typed, and why it was refused. Pure. */
export const newRobotForm = (values: Texts, reasons: Texts) => ({
  title: 'Robot nuevo',
  fields: Object.entries(words).map(([name, [label, help]]) => ({
    ...{ name, label, help, type: 'text', autocomplete: 'off' },
    ...{ value: values[name] ?? '', reason: reasons[name] ?? '' },
  })),
  refused: Object.keys(reasons).length > 0,
});
