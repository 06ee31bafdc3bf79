import { openRobots, type Robots } from './browser.ts';
import type { Closers } from './closers.ts';
import type { Config } from './config.ts';
import type { Db } from './db/open.ts';
import type { Deps } from './deps.ts';
import { createGatewayTeller } from './ejecuciones/tell-gateway.ts';
import { openControlRoom } from './gateways/a360/open.ts';
import { openLoadProviders } from './gateways/carga/open.ts';
import { openCorreo, openWebhook } from './gateways/correo/open.ts';
import { createEvidence } from './gateways/evidencias/evidence.ts';
import { readCertificate } from './gateways/navegador/certificate.ts';
import { openOrigen } from './gateways/origen/open.ts';
import { createPapers } from './gateways/xvia/plain.ts';
import type { Clock } from './lib/clock.ts';
import type { Hub } from './lib/hub.ts';
import type { Log } from './lib/log.ts';
import type { Measure } from './lib/measure.ts';

/** Every door to the outside, as configured. */
export const openDoors = (
  config: Config,
  tools: { log: Log; clock: Clock; db: Db; hub: Hub; measure: Measure },
  wake: Deps['wake'],
  closers: Closers,
): { readonly deps: Deps; readonly robots: Robots } => {
  const origen = openOrigen(config.ORIGEN_URL, { useUtc: config.ORIGEN_USE_UTC, readOnly: config.ORIGEN_SOLO_LECTURA });
  closers.add(() => origen.close());
  const robots = openRobots(config, tools, () => {
    tools.hub.changed({ entity: 'any' });
    wake('despachar');
  });
  closers.add(() => robots.pool.close(0));
  const papers = config.XVIA_URL === undefined ? null : createPapers(config.XVIA_URL);
  const a360 = openControlRoom(config, { ...tools, onGateway: createGatewayTeller(tools) });
  closers.add(() => a360?.close());
  const carga = openLoadProviders(config, tools);
  closers.add(() => Promise.all(carga.map((one) => one.close())));
  const told = { correo: openCorreo(config), webhook: openWebhook(config) };
  const doors = {
    origen,
    papers,
    a360,
    carga,
    ...told,
    ...certificateOf(config),
    pool: robots.pool,
    evidence: createEvidence(config.DATA_DIR),
  };
  return { deps: { config, ...tools, ...doors, wake }, robots };
};

const certificateOf = ({ CERTIFICADO_PFX: file, CERTIFICADO_PASSWORD }: Config): Pick<Deps, 'certificado'> =>
  file === undefined ? {} : { certificado: () => readCertificate(file, CERTIFICADO_PASSWORD ?? '') };
