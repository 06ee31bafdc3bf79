import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';

/** A file as the intranet sends it. */
export type PaperDocument = { readonly type: 'application/pdf' | 'image/jpeg'; readonly bytes: Buffer };

const photograph = readFileSync(join(import.meta.dirname, 'sample.jpg'));

const paragraphs = [
  'Que, habiendo recibido la notificación de la denuncia, se formula el presente escrito dentro del plazo concedido.',
  'Que no consta en la notificación prueba suficiente de los hechos que se imputan, ni fotografía que permita identificar el vehículo sin género de duda.',
  'Que el cinemómetro empleado debe haber superado la verificación periódica, cuyo certificado no se ha aportado al expediente.',
  'Que la denuncia no se notificó en el acto y no se expresan las circunstancias que lo impidieron.',
  'Por todo ello se solicita que se admita el escrito, se practique la prueba propuesta y se acuerde el archivo de las actuaciones.',
];

const writePdf = (title: string, subject: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const pdf = new PDFDocument({ size: 'A4', margin: 72, info: { Title: title, CreationDate: new Date(0) } });
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
    pdf.font('Helvetica-Bold').fontSize(14).text(title).fontSize(10).text(subject).moveDown().font('Helvetica').fontSize(11);
    for (const paragraph of paragraphs) pdf.text(paragraph, { align: 'justify' }).moveDown();
    pdf.fontSize(8).text('Documento inventado para la demostración: no tiene ninguna validez.');
    pdf.end();
  });

/** The appeal of a recurso: always the same bytes for the same id. */
export const appealPdf = async (resourceId: string): Promise<PaperDocument> => ({
  type: 'application/pdf',
  bytes: await writePdf(`ESCRITO DE RECURSO ${resourceId}`, `Recurso ${resourceId} de la intranet de demostración`),
});

/** A comment right after the JPEG's first marker, so that each attachment has bytes of its own. */
const photographOf = (attachmentId: string): Buffer => {
  const comment = Buffer.from(`adjunto ${attachmentId}`);
  const segment = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([photograph.subarray(0, 2), segment, comment, photograph.subarray(2)]);
};

/** An attachment: PDF under an even number, JPEG under an odd one, as the sample source names them. */
export const attachment = async (attachmentId: string): Promise<PaperDocument> =>
  BigInt(attachmentId) % 2n === 0n
    ? { type: 'application/pdf', bytes: await writePdf(`DOCUMENTO ADJUNTO ${attachmentId}`, 'Documentación que acompaña al recurso') }
    : { type: 'image/jpeg', bytes: photographOf(attachmentId) };
