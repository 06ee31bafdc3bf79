/** What can go wrong with each listing. */
const ofList = <List extends string>(list: List, what: string) =>
  ({
    [`${list}_vacia`]: `La siguiente lista de ${what} llega vacía.`,
    [`${list}_media_pagina`]: `La siguiente página de la lista de ${what} llega con la mitad de sus filas.`,
    [`${list}_cortada`]: `La conexión se corta a mitad de la siguiente página de la lista de ${what}.`,
    [`${list}_500`]: `La siguiente página de la lista de ${what} responde con un error 500.`,
    [`${list}_segunda_500`]: `La siguiente página de la lista de ${what} que no sea la primera responde con un error 500.`,
    [`${list}_403`]: `La siguiente página de la lista de ${what} responde con un error 403.`,
    [`pausa_${list}`]: `Retiene la siguiente página de la lista de ${what}.`,
  }) as Readonly<Record<`${List}_${'vacia' | 'media_pagina' | 'cortada' | '500' | 'segunda_500' | '403'}` | `pausa_${List}`, string>>;

/** What can go wrong at the simulated Control Room. */
export const a360Faults = {
  acceso_rechazado: 'El siguiente acceso se rechaza (401).',
  acceso_500: 'El siguiente acceso responde con un error 500.',
  token_caducado: 'El token de la siguiente petición ha caducado (401) y ya no vale.',
  rafaga_401: 'La siguiente petición responde 401 aunque su token valga.',
  limite_429: 'La siguiente petición, la que sea, responde 429 con Retry-After.',
  servicio_503: 'La siguiente petición, la que sea, responde con un error 503.',
  ...ofList('bots', 'bots'),
  ...ofList('equipos', 'equipos'),
  ...ofList('usuarios', 'usuarios'),
  ...ofList('actividad', 'ejecuciones'),
  deploy_400_no_activos: 'El siguiente deploy: 400, los usuarios no están activos.',
  deploy_400_no_conectados: 'El siguiente deploy: 400, los equipos no están conectados.',
  deploy_400_desconectado: 'El siguiente deploy: 400, el equipo está desconectado.',
  deploy_400_sin_equipo: 'El siguiente deploy: 400, ninguno de los usuarios tiene equipo por defecto.',
  deploy_400_usuario: 'El siguiente deploy: 400, el usuario está borrado o desactivado.',
  deploy_400_otro: 'El siguiente deploy: 400 por otra razón.',
  deploy_412_sin_destino: 'El siguiente deploy: 412, no hay ningún destino compatible.',
  deploy_412_ocupado: 'El siguiente deploy: 412, el equipo está ocupado.',
  deploy_401: 'El siguiente deploy: 401, aunque su token valga.',
  deploy_403: 'El siguiente deploy: 403.',
  deploy_404: 'El siguiente deploy: 404.',
  deploy_409: 'El siguiente deploy: 409.',
  deploy_429: 'El siguiente deploy: 429 con Retry-After.',
  deploy_500: 'El siguiente deploy: 500, sin efecto.',
  deploy_502: 'El siguiente deploy: 502, con una página HTML y sin efecto.',
  deploy_503: 'El siguiente deploy: 503, sin efecto.',
  deploy_perdido_antes: 'La conexión del siguiente deploy se corta sin que tenga efecto.',
  deploy_perdido_despues: 'El siguiente deploy tiene efecto, pero su respuesta se pierde.',
  deploy_efecto_tardio: 'La conexión del siguiente deploy se corta y su efecto llega segundos después.',
  deploy_500_despues: 'El siguiente deploy tiene efecto y responde con un error 500.',
  deploy_sin_id: 'El siguiente deploy tiene efecto y responde 200 sin deploymentId.',
  pausa_deploy_antes: 'Retiene el siguiente deploy antes de que tenga efecto.',
  pausa_deploy_despues: 'Retiene la respuesta del siguiente deploy, que ya tiene efecto.',
  callback_antes: 'El siguiente deploy termina al momento y su callback llega antes que la respuesta.',
  callback_perdido: 'El siguiente callback no se envía.',
  callback_doble: 'El siguiente callback se envía dos veces.',
  pausa_callback: 'Retiene el siguiente callback antes de enviarlo.',
  ejecucion_desaparece: 'La ejecución del siguiente deploy no sale en ninguna lista.',
  ejecucion_unknown: 'La ejecución del siguiente deploy figura como UNKNOWN hasta que termina.',
  ejecucion_estado_raro: 'La ejecución del siguiente deploy figura en un estado que nadie conoce hasta que termina.',
  ejecucion_sin_fin: 'La ejecución del siguiente deploy no termina nunca por sí sola.',
  ejecucion_repetida: 'El siguiente deploy tiene dos filas en la lista de ejecuciones: un intento anterior y el bueno.',
  ejecucion_breve: 'La ejecución del siguiente deploy dura un segundo.',
  ejecucion_falla: 'La ejecución del siguiente deploy termina en RUN_FAILED.',
  parada_rechazada: 'La siguiente orden de parar no se cumple y lo dice.',
  parada_500: 'La siguiente orden de parar responde con un error 500.',
} as const;

export type A360Faults = typeof a360Faults;
export type A360FaultName = keyof A360Faults;

/** Those that stay with the run of the deploy that meets them. */
export const runMarks = [
  'ejecucion_desaparece',
  'ejecucion_unknown',
  'ejecucion_estado_raro',
  'ejecucion_sin_fin',
  'ejecucion_repetida',
  'ejecucion_breve',
  'ejecucion_falla',
] as const satisfies readonly A360FaultName[];
