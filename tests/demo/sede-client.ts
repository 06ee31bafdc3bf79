import { hexNames } from '#server/demo/sede/sessions.ts';

/** A program in front of the sede, without a browser: one session, one form, and every request by hand. */
export type SedeClient = {
  readonly cookie: string;
  readonly draftId: string;
  /** The fields of a form that would be accepted once `upload` was. */
  readonly fields: Readonly<Record<string, string>>;
  get(path: string): Promise<Response>;
  post(path: string, fields: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Response>;
  /** Uploads to the first row of papers; answers the frame's page. */
  upload(files: readonly { name: string; bytes: Buffer }[]): Promise<string>;
  /** The accepted form: its summary's page. */
  sign(changes?: Readonly<Record<string, string>>): Promise<string>;
  send(signal?: AbortSignal): Promise<Response>;
};

export const pdfFile = (name = 'recurs.pdf') => ({ name, bytes: Buffer.from(`%PDF-1.4 ${name}`) });

const companyForm = {
  solicitudname: 'ALLEGACIONS_RECURS_MULTES',
  solicituddesc: 'Al·legacions i recursos de multes de trànsit',
  DBOIDPERS: '1',
  tipoActuacion: 'RT',
  tipoPersonaRepresented: 'RJ',
  RepCIF: 'B1234567',
  RepCIFCtrlDigit: '4',
  RepRazonSoc: 'EXEMPLE TRANSPORTS SL',
  modoNotificacion: 'E',
  contact22: 'bustia@example.org',
  DinVarNUMDEN: '2025/160585-MUL',
  DinVarMATRICULA: '0000BBB',
  DinVarNUMEXP: '2025/160585-MUL',
  DinVarMOTIUS: '<p>EXPOSA: que no hi està d’acord.</p>',
  D2file: '',
  lopdok: 'S',
};

/** Identifies itself with the certificate and opens a form. */
export const openSession = async (url: string): Promise<SedeClient> => {
  const entrance = await fetch(`${url}/valid/certificat`, { method: 'POST', body: new URLSearchParams(), redirect: 'manual' });
  const cookie = entrance.headers.get('set-cookie')?.split(';')[0] ?? '';
  const form = await (await fetch(`${url}/sta/Relec/TramitaForm`, { headers: { cookie } })).text();
  const draftId = /name="dboidReq" id="dboidReq" value="(\d+)"/.exec(form)?.[1] ?? '';
  return createClient(url, cookie, draftId);
};

const createClient = (url: string, cookie: string, draftId: string): SedeClient => {
  const uploaded: string[] = [];
  const fields = { ...companyForm, dboidReq: draftId };
  const post: SedeClient['post'] = (path, sent, signal) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { cookie }, body: new URLSearchParams(sent), ...(signal && { signal }) });
  const joinedNames = () =>
    hexNames({ id: draftId, documents: { D1: uploaded.map((nombre) => ({ nombre, bytes: 0, sha256: '' })) } }, 'D1');
  return {
    cookie,
    draftId,
    fields,
    post,
    get: (path) => fetch(`${url}${path}`, { headers: { cookie } }),
    async upload(files) {
      const body = new FormData();
      for (const [at, file] of files.entries()) body.append(`fichero${at || ''}`, new Blob([new Uint8Array(file.bytes)]), file.name);
      // The last input of the real popup is always there and always empty.
      body.append(`fichero${files.length}`, new Blob([]), '');
      const answer = await fetch(`${url}/sta/Relec/FileUploader?tipoDocumento=D1&dboidReq=${draftId}`, {
        method: 'POST',
        headers: { cookie },
        body,
      });
      const page = await answer.text();
      const names = JSON.parse(/"nombres":(\[.*?\])/.exec(page)?.[1] ?? '[]') as string[];
      uploaded.splice(0, uploaded.length, ...(names.length ? names : uploaded));
      return page;
    },
    sign: async (changes = {}) => (await post('/sta/Relec/TramitaSign', { ...fields, D1file: joinedNames(), ...changes })).text(),
    send: (signal) => post('/sta/Relec/TramitaEnvia', { dboidReq: draftId }, signal),
  };
};

/** A session whose summary is on screen: only Enviar is missing. */
export const readyToSend = async (url: string, changes: Readonly<Record<string, string>> = {}): Promise<SedeClient> => {
  const client = await openSession(url);
  await client.upload([pdfFile()]);
  const summary = await client.sign(changes);
  if (!summary.includes('comprobar()')) throw new Error(`the form was refused: ${problemsIn(summary).join(' ')}`);
  return client;
};

/** The sentences a refused form shows. */
export const problemsIn = (page: string): string[] => {
  const list = /<div id="errores".*?<\/div>/s.exec(page)?.[0] ?? '';
  return [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => (text ?? '').replaceAll('&#39;', "'"));
};

export const arm = async (url: string, nombre: string, veces = 1): Promise<void> => {
  const answer = await fetch(`${url}/fallos`, { method: 'POST', body: new URLSearchParams({ nombre, veces: String(veces) }) });
  if (!answer.ok) throw new Error(await answer.text());
};

type HeldRequest = { nombre: string; ruta: string; expediente?: string };

/** Waits until the server holds a request of that fault. */
export const heldRequest = async (url: string, nombre: string): Promise<HeldRequest> => {
  for (;;) {
    const { retenidas } = (await (await fetch(`${url}/fallos`)).json()) as { retenidas: HeldRequest[] };
    const held = retenidas.find((one) => one.nombre === nombre);
    if (held) return held;
  }
};
