import PDFDocument from 'pdfkit';

/** A PDF with these lines as text. */
export const makePdf = (lines: readonly string[]): Promise<Buffer> =>
  new Promise((resolve) => {
    const pdf = new PDFDocument();
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    for (const line of lines) pdf.text(line);
    pdf.end();
  });
