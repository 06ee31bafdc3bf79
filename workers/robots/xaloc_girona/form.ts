import type { FilledForm, RobotForm } from '#workers/robot.ts';
import { chooseMotive, composeMotive, unfinished } from './motives.ts';
import { isEmail, type Payload, Problems, text } from './payload.ts';
import { type Represented, readRepresented } from './represented.ts';

/** What the robot types, already in the shape the portal wants. */
export type XalocFields = {
  readonly email: string;
  readonly denuncia: string;
  readonly expediente: string;
  /** Upper case, without blanks; '.' when the recurso has none. */
  readonly matricula: string;
  /** ASUNTO, EXPONE, SOLICITA. */
  readonly motivos: readonly string[];
  readonly represented: Represented;
};

const maxBytes = 10_000 * 1024;
const accepted = /\.(pdf|jpe?g)$/i;

/** The form of XALOC (Diputació de Girona), XVIA.md 2.3, 2.6 and 5.1. */
export const xalocForm: RobotForm = {
  robot: 'xaloc_girona',
  defaultStart: 'https://www.xalocgirona.cat/seu-electronica?view=tramits&id=11',
  defaultOrigins: ['https://www.xalocgirona.cat', 'https://seu.xalocgirona.cat', 'https://valid.aoc.cat', 'https://cert.valid.aoc.cat'],
  steps: [
    'abrir sede',
    'entrar con certificado',
    'elegir representación',
    'datos del representado',
    'datos de la denuncia',
    'motivos',
    'adjuntar documentos',
    'revisar resumen',
    'enviar',
    'guardar justificante',
  ],

  checkParameters: ({ user_email: email }) => {
    if (!text(email)) return ['Falta «user_email»: el buzón de la empresa que recibirá las notificaciones.'];
    return isEmail(text(email)) ? [] : [`«user_email» («${text(email)}») no es una dirección de correo.`];
  },

  fill: (payload, parametros): FilledForm => {
    const problems = new Problems();
    const warnings: string[] = [];
    const fields: XalocFields = {
      email: readEmail(parametros, problems),
      ...readNumbers(payload, problems),
      matricula: readPlate(payload, warnings),
      motivos: readMotives(payload, problems),
      represented: readRepresented(payload, problems, warnings),
    };
    return problems.first ? { ok: false, code: problems.first, problems: problems.sentences } : { ok: true, fields, warnings };
  },

  checkFiles: (files) => [
    ...(files.length === 0 ? ['No hay ningún documento que adjuntar.'] : []),
    ...files.flatMap(({ name, bytes }) => {
      if (!accepted.test(name)) return [`«${name}» no es un PDF ni un JPG: la sede no lo admite.`];
      if (bytes === 0) return [`«${name}» está vacío.`];
      return bytes > maxBytes ? [`«${name}» pasa de los 10 MB que admite la sede.`] : [];
    }),
  ],
};

const readEmail = (parametros: Payload, problems: Problems): string => {
  const email = text(parametros.user_email);
  if (!isEmail(email)) problems.add('parametros_incompletos', 'El robot no tiene un «user_email» válido.');
  return email;
};

/** Denuncia and expediente are the same Expedient, under either of the names of XVIA.md 2.3. */
const readNumbers = (payload: Payload, problems: Problems): { denuncia: string; expediente: string } => {
  const expediente = text(payload.expediente_num, payload.num_expediente, payload.expediente);
  const denuncia = text(payload.denuncia_num, payload.num_denuncia, expediente);
  if (!expediente) problems.add('falta_expediente', 'El recurso no tiene número de expediente.');
  return { denuncia, expediente };
};

const readPlate = (payload: Payload, warnings: string[]): string => {
  const plate = text(payload.plate_number, payload.matricula).replace(/\s+/g, '').toUpperCase();
  if (!plate) warnings.push('El recurso no tiene matrícula: se presenta con un punto.');
  return plate || '.';
};

const readMotives = (payload: Payload, problems: Problems): readonly string[] => {
  const phase = text(payload.fase_procedimiento);
  const motive = chooseMotive(phase);
  if (!motive) {
    problems.add('fase_desconocida', phase ? `No hay texto para la fase «${phase}».` : 'El recurso no dice en qué fase está.');
    return [];
  }
  const paragraphs = composeMotive(motive, {
    expediente: text(payload.expediente_num, payload.num_expediente, payload.expediente),
    sujeto_recurso: text(payload.sujeto_recurso),
  });
  for (const paragraph of paragraphs.filter(unfinished)) problems.add('texto_incompleto', `El texto quedaría a medias: «${paragraph}»`);
  return paragraphs;
};
