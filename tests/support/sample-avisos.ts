import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';

/** One open and told, one that ended, what was written about them, and a silence. */
export const fillAvisos = (db: Db, ago: (minutes: number) => string): void => {
  const base = { ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' } as const;
  const open = {
    ...base,
    clave: 'organismo_no_valido:reus',
    nivel: 'MEDIO',
    titulo: 'El organismo reus está encendido y no es válido',
  } as const;
  const datos = { Organismo: 'reus' };
  const acciones = ['Abra el organismo y corrija el campo que se señala.', 'O apáguelo mientras tanto.'] as const;
  raise(db, ago(300), { ...open, detalle: 'La expresión regular no es válida.', datos, acciones });
  raise(db, ago(20), { ...open, detalle: 'La expresión regular no es válida.', datos, acciones });
  raise(db, ago(900), { ...base, clave: 'origen_no_responde', nivel: 'ALTO', titulo: 'El origen de los recursos no responde', acciones });
  resolve(db, ago(880), 'origen_no_responde');
  db.sqlite.exec(`UPDATE avisos SET avisado_at = '${ago(299)}', avisado_veces = 1`);
  const ended = db.sql("SELECT aviso_id AS id FROM avisos WHERE clave = 'origen_no_responde'").get()?.id;
  const insert = db.sql(
    `INSERT INTO envios (aviso_id, canal, motivo, asunto, texto, estado, intentos, creado_at, enviado_at, error)
     VALUES (?, 'correo', ?, ?, 'Se ha escrito esto.', ?, ?, ?, ?, ?)`,
  );
  const subject = (level: string, nature: string, title: string) => `Cerebro - ${level} - SISTEMA - ${nature} - ${title}`;
  const began = subject('ALTO', 'TRANSITORIO', 'El origen de los recursos no responde');
  insert.run(ended, 'nuevo', began, 'enviado', 1, ago(899), ago(899), null);
  const end = subject('MEDIO', 'RECUPERACION', 'Resuelto: El origen de los recursos no responde');
  insert.run(ended, 'fin', end, 'enviado', 3, ago(880), ago(870), null);
  insert.run(
    1,
    'nuevo',
    subject('MEDIO', 'TRANSITORIO', open.titulo),
    'pendiente',
    4,
    ago(299),
    null,
    'El servidor de correo correo.example:25 no contesta.',
  );
  db.sql('INSERT INTO silencios (prefijo, motivo, desde, hasta, usuario) VALUES (?, ?, ?, ?, ?)').run(
    ...['carga:', 'Obras en la red de Clouders', ago(30), ago(-120), 'ana'],
  );
};
