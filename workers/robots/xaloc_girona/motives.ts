/** The three parts of what is said to the portal; `{expediente}` and `{sujeto_recurso}` are replaced everywhere. */
export type Motive = { readonly asunto: string; readonly expone: string; readonly solicita: string };

type Phase = { readonly name: string; readonly keys: readonly string[]; readonly motive: Motive };

/**
 * One text per phase of the procedure (XVIA.md 2.6). The first phase with a key in the text wins, so the specific ones
 * stand before the general ones: a `requerimiento de embargo` is not an `embargo`, a `propuesta` is not yet a `sancion`.
 */
export const phases: readonly Phase[] = [
  {
    name: 'extraordinario de revision',
    keys: ['extraordinario de revision', 'extraordinario revision'],
    motive: {
      asunto: 'Recurso extraordinario de revisión contra la resolución firme del expediente sancionador {expediente}.',
      expone:
        'Que contra la resolución dictada en el expediente {expediente}, firme en vía administrativa, concurren las circunstancias previstas en el artículo 125 de la Ley 39/2015, de 1 de octubre, pues de los documentos que obran en el propio expediente y de los que se acompañan resulta un error de hecho con valor esencial para su resolución.',
      solicita:
        'Que se tenga por interpuesto recurso extraordinario de revisión en el expediente {expediente}, se admita a trámite y, previa comprobación de lo expuesto en el escrito adjunto, se revoque la resolución recurrida, con archivo de las actuaciones y devolución de lo que se hubiera ingresado.',
    },
  },
  {
    name: 'requerimiento embargo',
    keys: ['requerimiento embargo', 'requerimiento de embargo', 'requerimiento del embargo'],
    motive: {
      asunto: 'Alegaciones al requerimiento previo al embargo derivado del expediente {expediente}.',
      expone:
        'Que se ha recibido requerimiento de bienes para el embargo por la deuda del expediente {expediente}, sin que conste la notificación en forma de los actos de los que trae causa, lo que impide conocer el origen y la exigibilidad de la deuda, según se razona en el escrito que se acompaña.',
      solicita:
        'Que se deje sin efecto el requerimiento dictado en el expediente {expediente}, se suspendan las actuaciones de embargo mientras se resuelve y se dé traslado de las notificaciones practicadas con sus justificantes.',
    },
  },
  {
    name: 'propuesta de resolucion',
    keys: ['propuesta de resolucion', 'propuesta resolucion', 'propuesta'],
    motive: {
      asunto: 'Alegaciones a la propuesta de resolución del expediente sancionador {expediente}.',
      expone:
        'Que, dentro del plazo concedido en la propuesta de resolución del expediente {expediente}, esta parte muestra su disconformidad con los hechos que se dan por probados y con su calificación, ya que no se ha practicado prueba de cargo bastante para desvirtuar la presunción de inocencia, conforme se desarrolla en el escrito adjunto.',
      solicita:
        'Que se tengan por formuladas alegaciones a la propuesta de resolución del expediente {expediente}, se incorporen los documentos que las acompañan y se acuerde el sobreseimiento y archivo del procedimiento.',
    },
  },
  {
    name: 'subsanacion',
    keys: ['subsanacion', 'subsanar'],
    motive: {
      asunto: 'Subsanación de la solicitud presentada en el expediente {expediente}.',
      expone:
        'Que se ha recibido requerimiento para subsanar los defectos advertidos en el escrito presentado en el expediente {expediente} y que, dentro del plazo concedido, se aporta la documentación requerida, que se adjunta.',
      solicita:
        'Que se tenga por cumplido en plazo el requerimiento del expediente {expediente}, por subsanados los defectos señalados y por presentado el escrito inicial en la fecha de su registro, con continuación del procedimiento.',
    },
  },
  {
    name: 'identificacion',
    keys: ['identificacion', 'identificar conductor', 'identificar al conductor'],
    motive: {
      asunto: 'Identificación del conductor responsable en el expediente {expediente}.',
      expone:
        'Que se ha recibido requerimiento para identificar a la persona que conducía el vehículo en la fecha de los hechos del expediente {expediente}, y que sus datos completos constan en el escrito que se acompaña, en cumplimiento del deber previsto en la normativa de tráfico.',
      solicita:
        'Que se tenga por realizada en tiempo y forma la identificación requerida en el expediente {expediente} y se dirijan las actuaciones, en su caso, contra la persona identificada, con archivo de las seguidas contra el titular.',
    },
  },
  {
    name: 'reclamaciones',
    keys: ['reclamacion'],
    motive: {
      asunto: 'Reclamación económico-administrativa relativa al expediente {expediente}.',
      expone:
        'Que contra el acto dictado en el expediente {expediente} se interpone la presente reclamación dentro del plazo legal, por no ser conforme a derecho, con fundamento en los hechos y razones jurídicas que se recogen en el escrito adjunto.',
      solicita:
        'Que se tenga por interpuesta la reclamación contra el acto dictado en el expediente {expediente}, se reclame el expediente completo y, tras su estudio, se anule el acto impugnado con todos los efectos que procedan.',
    },
  },
  {
    name: 'embargo',
    keys: ['embargo'],
    motive: {
      asunto: 'Recurso contra la diligencia de embargo dictada en el expediente {expediente}.',
      expone:
        'Que se ha tenido conocimiento de la diligencia de embargo dictada en el expediente {expediente} y que concurren los motivos de oposición del artículo 170.3 de la Ley 58/2003, General Tributaria, en particular la falta de notificación de la providencia de apremio, según se expone en el escrito adjunto.',
      solicita:
        'Que se tenga por interpuesto recurso contra la diligencia de embargo del expediente {expediente}, se anule, se alcen las trabas practicadas y se devuelvan, con sus intereses, las cantidades que se hubieran retenido.',
    },
  },
  {
    name: 'apremio',
    keys: ['apremio'],
    motive: {
      asunto: 'Recurso de reposición contra la providencia de apremio del expediente {expediente}.',
      expone:
        'Que se ha notificado providencia de apremio en el expediente {expediente} y que concurren los motivos de oposición del artículo 167.3 de la Ley 58/2003, General Tributaria, al no constar la notificación en forma de la resolución sancionadora de la que trae causa, según se razona en el escrito adjunto.',
      solicita:
        'Que se tenga por interpuesto recurso de reposición contra la providencia de apremio del expediente {expediente}, se anule con el recargo que incorpora y se suspenda entre tanto el procedimiento de cobro.',
    },
  },
  {
    name: 'sancion',
    keys: ['sancion', 'resolucion sancionadora', 'acuerdo sancionador'],
    motive: {
      asunto: 'Recurso de reposición contra la resolución sancionadora del expediente {expediente}.',
      expone:
        'Que se ha notificado resolución sancionadora en el expediente {expediente} y que, por no considerarla ajustada a derecho, se interpone recurso de reposición dentro del plazo legal, con fundamento en los hechos y razones jurídicas del escrito adjunto.',
      solicita:
        'Que se tenga por interpuesto recurso de reposición contra la resolución del expediente {expediente}, se estime y se deje sin efecto la sanción impuesta, con archivo de las actuaciones.',
    },
  },
  {
    name: 'denuncia',
    keys: ['denuncia'],
    motive: {
      asunto: 'Escrito de alegaciones de {sujeto_recurso} contra la denuncia del expediente {expediente}.',
      expone:
        'Que {sujeto_recurso} ha recibido la notificación de la denuncia que dio inicio al expediente {expediente} y que, dentro del plazo legal, niega los hechos en los términos en que se describen y formula las alegaciones contenidas en el escrito que se acompaña.',
      solicita:
        'Que se tengan por formuladas alegaciones en nombre de {sujeto_recurso} en el expediente {expediente}, se dé traslado de la ratificación del agente y de las pruebas existentes y se acuerde el archivo del procedimiento.',
    },
  },
];

/** The phase as compared: lower case, without accents, single blanks. */
export const normalisePhase = (phase: string): string =>
  phase
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** The text for a phase as the source writes it, or null: what no key names is never filed with a default. */
export const chooseMotive = (phase: string): Motive | null => {
  const text = ` ${normalisePhase(phase)} `;
  const named = (key: string) => ['', 's', 'es'].some((ending) => text.includes(` ${key}${ending} `));
  return phases.find(({ keys }) => keys.some(named))?.motive ?? null;
};

/** Replaces every `{name}` whose value is not empty; the others stay for `unfinished` to find. */
export const replacePlaceholders = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] || whole);

/** Whether a text still carries a placeholder or filler, which must never reach an official register. */
export const unfinished = (text: string): boolean => /[{}…]|\.\.\./.test(text);

/** The paragraphs to be filed: ASUNTO, EXPONE, SOLICITA, in this order. */
export const composeMotive = (motive: Motive, values: Readonly<Record<string, string>>): readonly string[] =>
  [`ASUNTO: ${motive.asunto}`, `EXPONE: ${motive.expone}`, `SOLICITA: ${motive.solicita}`].map((part) => replacePlaceholders(part, values));
