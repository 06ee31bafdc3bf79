import { type Plan, runs, type Script, usualScript } from './script.ts';

/** How to enter the demo's Control Room: invented, and of no use anywhere else. */
export const sampleAccount = { username: 'cerebro', apiKey: 'clave-de-ejemplo', password: 'contraseña-de-ejemplo' } as const;

const folder = 'Automation Anywhere\\Bots\\RPA';

/** A run as a person would watch it: handed over, prepared, worked, ended. */
const watched = (seconds: number, end = 'COMPLETED', rest: Pick<Plan, 'message' | 'output' | 'silent'> = {}): Plan => ({
  steps: [
    { status: 'DEPLOYED', ms: 1000 },
    { status: 'PENDING_EXECUTION', ms: 1000 },
    { status: 'UPDATE', ms: seconds * 500 },
    { status: 'RUNNING', ms: seconds * 500 },
  ],
  end,
  ...rest,
});

const done = { output: { out_Resultado: { type: 'STRING', string: 'OK' } } };

/** One of whose end A360 never tells: the conciliador finds it out. */
const silent = { ...done, silent: true } as const;

/** The bots of the demo; the last four are not for Cerebro (name, folder or loop). */
const bots = (): Script['bots'] => [
  {
    ...{ id: '4711', name: 'P01_Descarga_Notificaciones', path: `${folder}\\Notificaciones\\P01_Descarga_Notificaciones` },
    ...{
      description: 'Descarga las notificaciones del día',
      inputs: { in_NumRepeticion: 'NUMBER' },
      plans: [watched(12, 'COMPLETED', done), watched(10, 'COMPLETED', done), watched(14, 'COMPLETED', silent)],
    },
  },
  {
    ...{ id: '4712', name: 'P02_Registro_Expedientes', path: `${folder}\\Expedientes\\P02_Registro_Expedientes` },
    description: 'Da de alta los expedientes nuevos',
    plans: [
      watched(25, 'COMPLETED', done),
      watched(18, 'COMPLETED', done),
      watched(9, 'RUN_FAILED', { message: 'No se encuentra la ventana «Alta».' }),
      watched(16, 'RUN_FAILED', { message: 'El servidor de expedientes no contesta.', silent: true }),
    ],
  },
  {
    ...{ id: '4713', name: 'P03_Informe_Semanal', path: `${folder}\\Informes\\P03_Informe_Semanal` },
    ...{ description: 'Prepara el informe de la semana', plans: [watched(40, 'COMPLETED', done)] },
  },
  {
    ...{ id: '4714', name: 'P04B_Cobros_Tesoreria', path: `${folder}\\Tesoreria\\P04B_Cobros_Tesoreria` },
    ...{ description: 'Apunta los cobros', plans: [watched(15), watched(20, 'RUN_TIMED_OUT', { message: 'Tiempo agotado.' })] },
  },
  {
    ...{ id: '4720', name: 'P10_Registro_Base', path: `${folder}\\Expedientes\\P10_Registro_Base` },
    ...{
      description: 'Presenta en la sede el recurso que se le da',
      inputs: { in_IdRecurso: 'STRING', in_Expediente: 'STRING', in_UrlDirecta: 'STRING' },
      plans: [{ ...watched(10), files: true }],
    },
  },
  { id: '4715', name: 'P05_Revision_Buzon_Loop', path: `${folder}\\Buzon\\P05_Revision_Buzon_Loop`, description: 'Bucle interno' },
  { id: '4716', name: 'Subtarea_Correo', path: `${folder}\\Comun\\Subtarea_Correo`, description: 'La usan otras' },
  { id: '4717', name: 'Prueba_Juan', path: `${folder}\\Pruebas\\Prueba_Juan` },
  { id: '4718', name: 'P09_Contabilidad_Antigua', path: 'Automation Anywhere\\Bots\\Archivo\\P09_Contabilidad_Antigua' },
];

/** Bots that work on demand, on machines the balancer lends them: the demo's world alone has them. */
export const onDemandBots = (): Script['bots'] => [
  {
    ...{ id: '4719', name: 'P05_Consulta_Padron', path: `${folder}\\Padron\\P05_Consulta_Padron` },
    ...{ description: 'Consulta el padrón de cada expediente', plans: [watched(20, 'COMPLETED', done)] },
  },
  {
    ...{ id: '4721', name: 'P06_Envio_Avisos', path: `${folder}\\Avisos\\P06_Envio_Avisos` },
    ...{ description: 'Envía los avisos de pago', plans: [watched(16, 'COMPLETED', done)] },
  },
];

const device = (id: string, hostName: string, defaultUsers: readonly string[], connected = true) => ({
  id,
  hostName,
  connected,
  defaultUsers,
});
const runner = (id: string, username: string, licences: readonly string[] = ['ATTENDEDRUNTIME'], disabled = false) => ({
  id,
  username,
  licences,
  disabled,
});

/** Of the further machines: the first one's id, and how far its user's is from it. */
const further = { first: 1001, user: 10_000 } as const;

const furtherIds = (count: number): number[] => Array.from({ length: count }, (_, index) => further.first + index);

/** What the demo's Control Room holds, and `more` machines alike besides. Each call a new one. */
export const sampleScript = (more = 0): Script => ({
  ...usualScript,
  account: sampleAccount,
  bots: bots(),
  devices: [
    device('31', 'VM-RPA-01', ['81']),
    device('32', 'VM-RPA-02', ['82']),
    device('33', 'VM-RPA-03', ['83']),
    device('34', 'VM-RPA-04', ['90', '84']),
    device('35', 'VM-RPA-05', ['85'], false),
    device('36', 'VM-RPA-06', ['86']),
    device('37', 'PC-OFICINA', ['91']),
    device('38', 'VM-RPA-SIN-USUARIO', []),
    ...furtherIds(more).map((id) => device(String(id), `VM-RPA-${id}`, [String(id + further.user)])),
  ],
  users: [
    ...[runner('81', 'bot.runner01'), runner('82', 'bot.runner02'), runner('83', 'bot.runner03', ['RUNTIME'])],
    ...[runner('84', 'bot.runner04', ['ATTENDEDRUNTIME', 'IQBOTRUNTIME']), runner('85', 'bot.runner05')],
    runner('86', 'bot.runner06', ['ATTENDEDRUNTIME'], true),
    ...[runner('87', 'bot.sin.equipo'), runner('90', 'ana.creadora', ['DEVELOPMENT']), runner('91', 'juan.creador', ['DEVELOPMENT'])],
    ...furtherIds(more).map((id) => runner(String(id + further.user), `bot.runner${id}`)),
  ],
  usualPlan: runs(8000),
});
