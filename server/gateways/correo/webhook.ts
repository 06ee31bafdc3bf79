import { asError } from '#server/lib/errors.ts';
import { CorreoError, type Mensaje, type Webhook } from './correo.ts';

export type WebhookOptions = {
  readonly url: string;
  readonly formato: 'teams' | 'slack' | 'generico';
  readonly timeoutMs: number;
};

/** Posts avisos as JSON. No sentence ever holds its address: whoever has it may write there. */
export const createWebhook = ({ url, formato, timeoutMs }: WebhookOptions): Webhook => {
  const shownAs = new URL(url).host;
  const body = bodies[formato];
  return {
    shownAs,
    post: async (mensaje) => {
      const reply = await ask(url, JSON.stringify(body(mensaje)), timeoutMs).catch((thrown: unknown) => {
        throw new CorreoError('webhook_no_responde', `El webhook de avisos (${shownAs}) ${whyOf(asError(thrown))}.`, 'puerta');
      });
      // What it says is of no interest, nor that it was cut short while saying it.
      await reply.body?.cancel().catch(() => undefined);
      if (reply.ok) return;
      const hint = hints.find(([match]) => match.test(String(reply.status)))?.[1] ?? '';
      // Gone, forbidden or failing: the next one would fare no better. Only a bad request is about this message.
      const failure = reply.status === 400 || reply.status === 413 ? 'mensaje' : 'puerta';
      throw new CorreoError('webhook_rechaza', `El webhook de avisos (${shownAs}) ha contestado ${reply.status}.${hint}`, failure);
    },
  };
};

/** By its code alone: whatever else an error holds may repeat the address. */
const whyOf = ({ name, cause }: Error): string => {
  if (name === 'TimeoutError') return 'no ha contestado a tiempo (EMAIL_TIMEOUT_SEG)';
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? 'no contesta' : `no contesta (${code})`;
};

const hints: readonly (readonly [match: RegExp, sentence: string])[] = [
  [/^3/, ' Redirige a otra dirección, y allí no se escribe: ponga en AVISOS_WEBHOOK_URL la definitiva.'],
  [/^40[134]|^410/, ' Esa dirección ya no vale: cree otra y póngala en AVISOS_WEBHOOK_URL.'],
  [/^429/, ' Pide ir más despacio: se vuelve a intentar.'],
  [/^4(00|13)/, ' No admite el mensaje: compruebe AVISOS_WEBHOOK_FORMATO.'],
];

const ask = (url: string, body: string, timeoutMs: number): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body,
    // What is told goes where it was configured to go, nowhere else.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });

const colours: Readonly<Record<string, string>> = { CRITICO: 'attention', ALTO: 'warning', MEDIO: 'accent' };

/** An Adaptive Card in the envelope that both the connectors and the workflows of Teams take. */
const teams = (told: Mensaje) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        msteams: { width: 'Full' },
        body: cardOf(told),
        actions: told.enlace === null ? [] : [{ type: 'Action.OpenUrl', title: 'Abrir el panel', url: told.enlace }],
      },
    },
  ],
});

const cardOf = ({ asunto, titulo, detalle, datos, acciones, nivel, naturaleza }: Mensaje): object[] => {
  const text = (value: string, more: object = {}) => ({ type: 'TextBlock', wrap: true, text: value, ...more });
  const color = naturaleza === 'RECUPERACION' ? 'good' : (colours[nivel] ?? 'default');
  return [
    text(titulo, { weight: 'bolder', size: 'medium', color }),
    text(asunto, { isSubtle: true, size: 'small' }),
    ...(detalle.trim() === '' ? [] : [text(detalle)]),
    { type: 'FactSet', facts: Object.entries(datos).map(([title, value]) => ({ title, value })) },
    ...acciones.map((accion, index) => text(`${index + 1}. ${accion}`)),
  ];
};

/** Slack reads `<`, `>` and `&` as its own. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const slack = ({ asunto, titulo, detalle, datos, acciones, enlace }: Mensaje) => {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 2900) } });
  const facts = Object.entries(datos).map(([name, value]) => `*${plain(name)}:* ${plain(value)}`);
  const steps = acciones.map((accion, index) => `${index + 1}. ${plain(accion)}`);
  return {
    text: plain(asunto),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: titulo.slice(0, 150) } },
      // It refuses empty ones.
      ...(detalle.trim() === '' ? [] : [section(plain(detalle))]),
      ...(facts.length > 0 ? [section(facts.join('\n'))] : []),
      ...(steps.length > 0 ? [section(steps.join('\n'))] : []),
      ...(enlace === null ? [] : [section(`<${plain(enlace)}|Abrir el panel>`)]),
    ],
  };
};

const generico = (mensaje: Mensaje) => ({ servicio: 'Cerebro', ...mensaje });

const bodies: Readonly<Record<WebhookOptions['formato'], (mensaje: Mensaje) => object>> = { teams, slack, generico };
