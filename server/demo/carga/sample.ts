/** Tickets of one robot: how they come, and how they go. */
export type Stream = {
  /** As Clouders calls it. */
  readonly nombre: string;
  /** Bot of the Control Room whose finished runs take them; null = nobody does. */
  readonly fileId: string | null;
  readonly perWave: number;
  readonly everyMs: number;
  /** When the first wave comes. */
  readonly firstMs: number;
  readonly perRun: number;
  /** More never wait. */
  readonly most: number;
};

const minutes = (count: number): number => count * 60_000;

/** Credential of the demo's Clouders: invented, and of no use anywhere else. */
export const sampleAuthorization = 'Basic ZGVtbzpkZW1v';

/** Waves that do not come together, so that equipos go from one robot to another; the last name is nobody's, for the page to show. */
export const sampleStreams: readonly Stream[] = [
  { nombre: 'RBT_PADRON', fileId: '4719', perWave: 45, everyMs: minutes(5), firstMs: 0, perRun: 2, most: 120 },
  { nombre: 'ENVIO_AVISOS', fileId: '4721', perWave: 60, everyMs: minutes(6), firstMs: minutes(2), perRun: 2, most: 120 },
  { nombre: 'P02_Registro_Expedientes', fileId: '4712', perWave: 8, everyMs: minutes(2), firstMs: minutes(1), perRun: 1, most: 40 },
  { nombre: 'RBT_ARCHIVO_2019', fileId: null, perWave: 4, everyMs: minutes(60), firstMs: 0, perRun: 0, most: 4 },
];
