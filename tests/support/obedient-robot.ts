import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { finalFailure, passingFailure } from '#workers/failures.ts';
import type { Robot, StepContext } from '#workers/robot.ts';
import { makePdf } from './pdf.ts';

/** What the robot is told to do at one of its moments. */
export type Order =
  | 'fail_for_good'
  | 'fail_for_now'
  | 'throw'
  | 'hang'
  | 'kill_browser'
  /** Ends its own thread. */
  | 'die'
  /** Keeps its thread busy for ever: not even its deadline can end it. */
  | 'block'
  | 'wander'
  | 'not_a_pdf'
  | 'other_expediente'
  | 'no_number';

export type Orders = { readonly [moment in 'first' | 'second' | 'ready' | 'send' | 'receipt']?: Order };

type Context = StepContext<Orders>;

/** The presses of the irreversible button, one line each, in the attempt's folder. */
export const pressesFile = 'pulsaciones.txt';

const obey = async (order: Order | undefined, { page, note }: Context): Promise<void> => {
  if (order === 'fail_for_good') throw finalFailure('formulario_rechazado', 'La sede no lo acepta.');
  if (order === 'fail_for_now') throw passingFailure('portal_lento', 'La sede no contesta.');
  if (order === 'throw') throw new TypeError('undefined is not a function');
  if (order === 'hang') await new Promise(() => undefined);
  if (order === 'kill_browser') await killBrowser(page);
  if (order === 'die') process.exit(3);
  if (order === 'block') for (;;);
  if (order === 'wander') await page.goto('http://otro.example/').then(async () => note(await page.content()));
};

const killBrowser = async (page: Page): Promise<void> => {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const answer = await session?.send('SystemInfo.getProcessInfo');
  process.kill(answer?.processInfo.find(({ type }) => type === 'browser')?.id as number, 'SIGKILL');
  await page.locator('#never').waitFor();
};

const receiptLines = (order: Order | undefined, expediente: string): string[] => [
  ...(order === 'no_number' ? [] : ['Número: R-1', 'Fecha: 01/01/2026']),
  `Expediente: ${order === 'other_expediente' ? '2020/000000-MUL' : expediente}`,
  // A receipt below two thousand bytes is none.
  ...Array.from({ length: 60 }, (_, line) => `${line} ${Math.sin(line)} ${Math.cos(line)}`),
];

const press = ({ evidenceFolder }: Context): void => appendFileSync(join(evidenceFolder, pressesFile), 'enviar\n');

/** A robot that does what it is told at each moment, on a page of its own making, and finishes when told nothing. */
export const obedientRobot: Robot<Orders> = {
  steps: [
    {
      name: 'primero',
      deadlineSeconds: 3,
      run: async (context) => {
        await context.page.setContent('<title>Robot obediente</title><p>Primero');
        await obey(context.fields.first, context);
      },
    },
    { name: 'segundo', deadlineSeconds: 0.5, run: (context) => obey(context.fields.second, context) },
  ],
  submission: {
    send: {
      name: 'enviar',
      deadlineSeconds: 0.5,
      ready: (context) => obey(context.fields.ready, context),
      click: async (context) => {
        press(context);
        await obey(context.fields.send, context);
      },
    },
    receipt: {
      name: 'justificante',
      deadlineSeconds: 2,
      fetch: async (context) => {
        const order = context.fields.receipt;
        await obey(order, context);
        return order === 'not_a_pdf' ? Buffer.alloc(5_000, '<p>') : makePdf(receiptLines(order, context.expediente));
      },
      read: (text) => {
        const numero = /Número: (\S+)/.exec(text)?.[1];
        const fecha = /Fecha: (\S+)/.exec(text)?.[1];
        return numero && fecha ? { numero, fecha } : null;
      },
    },
  },
};
