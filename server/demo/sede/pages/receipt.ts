import { steps } from './form.ts';
import { html, raw } from './html.ts';
import { bareLayout, layout } from './layout.ts';

/** Between the submission and its receipt: leads to the receipt's page by itself. */
export const waitingPage = (next: string, afterMs: number): string =>
  layout(
    'Registrant la sol·licitud',
    html`<h1>S'està registrant la sol·licitud</h1><p>No tanqueu aquesta finestra: d'aquí a uns segons obtindreu el justificant.</p>`,
    [raw(`<script>setTimeout(() => location.replace(${JSON.stringify(next).replace(/</g, '\\u003c')}), ${afterMs});</script>`)],
  );

/** Step three: essentially only the frame with the receipt. */
export const receiptPage = (source: string): string =>
  layout('Justificant', html`${steps(3)}<iframe id="iframeJustif" title="Justificant de registre" src="${source}"></iframe>`);

/** What comes in place of the receipt when the fault `justificante_no_pdf` is on. */
export const noReceiptPage = (): string =>
  bareLayout('Justificant', html`<p class="errores">El justificant encara no està disponible. Torneu-ho a provar més tard.</p>`);
