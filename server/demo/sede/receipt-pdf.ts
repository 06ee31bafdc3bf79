import { createHash } from 'node:crypto';
import PDFDocument from 'pdfkit';
import type { Entry } from './register.ts';
import { certificateHolder } from './sessions.ts';

/** `21/11/2025 22:31:07`, in the portal's own zone. */
export const portalInstant = (iso: string): string =>
  new Date(iso).toLocaleString('sv-SE', { timeZone: 'Europe/Madrid' }).replace(/^(\d+)-(\d+)-(\d+)/, '$3/$2/$1');

/** The code by which anybody may check the document. */
const verificationCode = (entry: Entry): string =>
  createHash('sha256').update(`${entry.numero} ${entry.instante}`).digest('hex').slice(0, 24).toUpperCase();

const rows = (entry: Entry): (readonly [label: string, value: string])[] => [
  ['Número de registre', entry.numero],
  ['Data i hora de registre', portalInstant(entry.instante)],
  ["Número d'expedient", entry.expediente],
  ['Número de denúncia', entry.campos.DinVarNUMDEN ?? ''],
  ['Matrícula', entry.campos.DinVarMATRICULA ?? ''],
  ['Presentat per', `${certificateHolder.name} (${certificateHolder.nif})`],
  [
    'En nom de',
    entry.campos.RepRazonSoc ?? [entry.campos.RepNombre, entry.campos.RepApellido1, entry.campos.RepApellido2].join(' ').trim(),
  ],
];

const legal =
  "Aquest justificant acredita la presentació de la sol·licitud al registre electrònic d'acord amb l'article 16.3 de la Llei 39/2015, d'1 d'octubre, " +
  'del procediment administratiu comú de les administracions públiques. Document de demostració: no té cap validesa.';

const write = (pdf: PDFKit.PDFDocument, entry: Entry): void => {
  pdf
    .font('Helvetica-Bold')
    .fontSize(15)
    .text('XALOC - Registre electrònic')
    .fontSize(12)
    .text("Justificant de registre d'entrada")
    .moveDown();
  for (const [label, value] of rows(entry))
    pdf
      .font('Helvetica-Bold')
      .fontSize(10)
      .text(`${label}: `, { continued: true })
      .font('Helvetica')
      .text(value || '-');
  pdf.moveDown().font('Helvetica-Bold').text('Documents adjunts');
  for (const file of entry.ficheros) pdf.font('Helvetica').fontSize(8).text(`${file.nombre} (${file.bytes} bytes) SHA-256 ${file.sha256}`);
  pdf
    .moveDown()
    .fontSize(8)
    .text(legal)
    .moveDown()
    .text(`Codi segur de verificació: ${verificationCode(entry)}`);
};

/** The receipt of a submission: the same bytes each time it is asked for, its facts as text. */
export const receiptPdf = (entry: Entry): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const info = { Title: `Justificant ${entry.numero}`, CreationDate: new Date(entry.instante) };
    const pdf = new PDFDocument({ size: 'A4', margin: 56, compress: false, info });
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
    write(pdf, entry);
    pdf.end();
  });
