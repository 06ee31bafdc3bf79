import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSam } from '#tests/support/sample-sam.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  fillSam(house.db, () => '2026-03-02T08:00:00.000Z');
  const one = (sql: string) => house.db.sqlite.prepare(sql).get() as Record<string, unknown>;
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, one, column };
};

const names = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => (row[0] ?? '').split(' ')[0]).filter((name) => /^(P\d|Xaloc)/i.test(name ?? ''));

describe('/robots', () => {
  test('lists both kinds with state, order, limits, machines and calendars', async (t) => {
    const { house } = open(t);
    const { rows, text } = await visit(house, '/robots');
    const carga = rows.find((row) => row[0]?.startsWith('P10')) ?? [];
    assert.match(
      carga.join(' | '),
      /P10_CARGA_FACTURAS 4711 · A360 · Norte \| Activo .*En línea.* \| 10 \| 2 – 5 15 tickets por equipo \| 2 \| 0/,
    );
    assert.match(rows.find((row) => row[0]?.startsWith('P20'))?.[1] ?? '', /Suspendido/);
    assert.match(rows.find((row) => row[0]?.startsWith('P30'))?.[1] ?? '', /No está en A360/);
    assert.match(text, /xaloc_girona · navegador/);
  });

  test('is narrowed by what its address says, and each part of that can be taken away', async (t) => {
    const { house } = open(t);
    assert.deepEqual(names((await visit(house, '/robots?activo=0')).rows), ['P30_ANTIGUO']);
    assert.deepEqual(names((await visit(house, '/robots?online=1&kind=a360')).rows), ['P10_CARGA_FACTURAS']);
    const text = await visit(house, '/robots?q=concilia&kind=a360');
    assert.deepEqual(names(text.rows), ['P20_CONCILIA_BANCOS']);
    assert.equal(text.links.get('Quitar el filtro Texto: «concilia»'), '/robots?kind=a360');
    assert.match((await visit(house, '/robots?q=nada')).text, /Nada coincide con el filtro/);
  });

  test('goes on by name, fifty at a time, there and back', async (t) => {
    const { house } = open(t);
    const insert = house.db.sql('INSERT INTO robots (robot_id, robot) VALUES (?, ?)');
    for (let n = 0; n < 120; n++) insert.run(`r${n}`, `P${String(n).padStart(3, '0')}_MUCHOS`);
    const first = await visit(house, '/robots?q=MUCHOS');
    const second = await visit(house, first.links.get('Siguientes') ?? '');
    const third = await visit(house, second.links.get('Siguientes') ?? '');
    assert.deepEqual(
      [first, second, third].map(({ rows }) => names(rows).length),
      [50, 50, 20],
    );
    assert.deepEqual(names(second.rows)[0], 'P050_MUCHOS');
    assert.equal(third.links.get('Siguientes'), undefined);
    const back = await visit(house, third.links.get('Anteriores') ?? '');
    assert.deepEqual(names(back.rows), names(second.rows));
    assert.equal(names((await visit(house, '/robots?q=MUCHOS&pagina=tras-ninguno')).rows)[0], 'P000_MUCHOS');
  });

  test('without A360 says why nothing arrives, and offers no order', async (t) => {
    const { house } = open(t);
    const screen = await visit(house, '/robots');
    assert.match(screen.text, /A360 no está configurado/);
    assert.ok(!screen.buttons.includes('Sincronizar ahora'));
  });
});

describe('/robots/:id', () => {
  test('saves what an operator decides, and the book has before and after', async (t) => {
    const { house, one } = open(t);
    const fields = { prioridad_balanceo: '3', min_equipos: '4', max_equipos: '-1', tickets_por_equipo_adicional: '', pool_id: 'sur' };
    assert.equal((await send(house, '/robots/4711', fields)).status, 303);
    assert.deepEqual(
      one(
        'SELECT prioridad_balanceo, min_equipos, max_equipos, tickets_por_equipo_adicional, pool_id, activo FROM robots WHERE robot_id = 4711',
      ),
      { prioridad_balanceo: 3, min_equipos: 4, max_equipos: -1, tickets_por_equipo_adicional: null, pool_id: 'sur', activo: 1 },
    );
    const { antes, despues } = one("SELECT antes, despues FROM auditoria WHERE entidad = 'robot'");
    assert.deepEqual([JSON.parse(String(antes)).prioridad_balanceo, JSON.parse(String(despues)).prioridad_balanceo], [10, 3]);
  });

  for (const [name, values] of [
    ['prioridad_balanceo', ['0', '101', 'x', '']],
    ['min_equipos', ['0', '100']],
    ['max_equipos', ['-2', '101']],
    ['tickets_por_equipo_adicional', ['0', '101']],
    ['pool_id', ['ninguno', 'local']],
  ] as const)
    test(`refuses a wrong ${name} with the reason at the field, and changes nothing`, async (t) => {
      const { house, one } = open(t);
      const before = one('SELECT * FROM robots WHERE robot_id = 4711');
      for (const value of values) {
        const screen = await send(house, '/robots/4711', { [name]: value });
        assert.equal(screen.status, 422, value);
        assert.match(screen.html, new RegExp(`aria-describedby="campo-${name}-motivo`));
      }
      assert.deepEqual(one('SELECT * FROM robots WHERE robot_id = 4711'), before);
    });

  test('goes online unless a calendar starts it, which is told with a 409', async (t) => {
    const { house, column } = open(t);
    const refused = await send(house, '/robots/4712', { es_online: '1' });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /«P20_CONCILIA_BANCOS» tiene una programación activa/);
    house.db.sqlite.exec('UPDATE programaciones SET activo = 0');
    assert.equal((await send(house, '/robots/4712', { es_online: '1' })).status, 303);
    assert.deepEqual(column('SELECT es_online FROM robots WHERE robot_id = 4712'), [1]);
  });

  test('switches off alone, from the list too', async (t) => {
    const { house, column } = open(t);
    const screen = await send(house, '/robots/4711?vuelta=lista', { activo: '0' });
    assert.deepEqual([screen.status, screen.headers.location], [303, '/robots']);
    assert.deepEqual(column('SELECT activo FROM robots WHERE robot_id = 4711'), [0]);
  });

  test('of Playwright lets its switch and its parameters be changed, and nothing of A360', async (t) => {
    const { house, one } = open(t);
    const screen = await visit(house, '/robots/xaloc_girona');
    assert.doesNotMatch(screen.text, /Prioridad y límites|Reservar/);
    const sent = { activo: '0', es_online: '0', min_equipos: '7', parametros: '{"user_email": "b@empresa.example"}' };
    assert.equal((await send(house, '/robots/xaloc_girona', sent)).status, 303);
    assert.deepEqual(one("SELECT activo, es_online, min_equipos, parametros FROM robots WHERE robot_id = 'xaloc_girona'"), {
      ...{ activo: 0, es_online: 1, min_equipos: 1, parametros: '{"user_email":"b@empresa.example"}' },
    });
    assert.equal((await send(house, '/robots/xaloc_girona', { parametros: '[1]' })).status, 422);
  });

  test('answers 404 to a robot there is not', async (t) => {
    const { house } = open(t);
    assert.equal((await visit(house, '/robots/99')).status, 404);
  });

  test('is for administrators to change; others look', async (t) => {
    const { house } = open(t);
    const reader = await signIn(house, 'operador', 'ana');
    const screen = await visit(house, '/robots/4711', reader);
    assert.equal(screen.status, 200);
    assert.doesNotMatch(screen.html, /role="switch"|Guardar/);
    assert.equal((await send(house, '/robots/4711', { activo: '0' }, reader)).status, 403);
  });
});

describe('the variables of a bot', () => {
  const post = async (house: ReturnType<typeof open>['house'], rows: readonly (readonly [string, string, string])[]) => {
    const { token, cookie } = await tokenAnd(house);
    const body = new URLSearchParams({ _csrf: token });
    for (const [nombre, tipo, valor] of rows) {
      body.append('nombre', nombre);
      body.append('tipo', tipo);
      body.append('valor', valor);
    }
    const headers = {
      host: '127.0.0.1:3000',
      origin: 'http://127.0.0.1:3000',
      'content-type': 'application/x-www-form-urlencoded',
      ...cookie,
    };
    return house.app.inject({ method: 'POST', url: '/robots/4711/parametros', headers, payload: body.toString() });
  };
  const tokenAnd = async (house: ReturnType<typeof open>['house']) => {
    const screen = await visit(house, '/sistema');
    return { token: /<meta name="csrf-token" content="([^"]+)"/.exec(screen.html)?.[1] ?? '', cookie: {} };
  };

  test('are stored as A360 wants them', async (t) => {
    const { house, column } = open(t);
    const answer = await post(house, [
      ['in_X', 'NUMBER', '3'],
      ['', 'STRING', ''],
      ['in_Lista', 'LIST', 'a\r\nb'],
    ]);
    assert.equal(answer.statusCode, 303);
    const list = [
      { type: 'STRING', string: 'a' },
      { type: 'STRING', string: 'b' },
    ];
    assert.deepEqual(JSON.parse(String(column('SELECT parametros FROM robots WHERE robot_id = 4711')[0])), {
      ...{ in_X: { type: 'NUMBER', number: '3' }, in_Lista: { type: 'LIST', list } },
    });
  });

  test('that cannot be are told at their row, and what was typed is kept', async (t) => {
    const { house } = open(t);
    const answer = await post(house, [
      ['in_Bien', 'STRING', 'x'],
      ['in_Mal', 'NUMBER', 'tres'],
    ]);
    assert.equal(answer.statusCode, 422);
    assert.match(answer.body, /id="valor-1-motivo">Debe ser un número/);
    assert.match(answer.body, />tres<\/textarea>/);
  });

  test('as JSON of another shape are refused at the field', async (t) => {
    const { house } = open(t);
    const screen = await send(house, '/robots/4711', { parametros: '{"in_X": {"type": "NUMER", "number": "3"}}' });
    assert.equal(screen.status, 422);
    assert.match(screen.html, /id="campo-parametros-motivo">«in_X»: «NUMER» no es un tipo de A360/);
  });

  test('that another program left unreadable are shown as they are, with what is wrong', async (t) => {
    const { house } = open(t);
    house.db.sqlite.exec(`UPDATE robots SET parametros = '{"in_Mal": null, "in_X": 3}' WHERE robot_id = '4713'`);
    const { text, html } = await visit(house, '/robots/4713');
    assert.match(text, /no se puede enviar a A360: «in_Mal»: no tiene valor\. Se lanza sin eso\./);
    assert.match(html, /value="in_X"[\s\S]*?selected>NUMBER[\s\S]*?>3<\/textarea>/);
  });

  test('that another program wrote as plain values are rows of the editor, of the type they will be sent as', async (t) => {
    const { house } = open(t);
    house.db.sqlite.exec(
      `UPDATE robots SET parametros = '{"in_N": 3, "in_B": true, "in_S": "hola", "in_L": ["a", "b"], "in_D": {"k": "v"}}' WHERE robot_id = '4713'`,
    );
    const { text, html } = await visit(house, '/robots/4713');
    assert.doesNotMatch(text, /no se puede enviar/);
    const typed = [...html.matchAll(/name="nombre" value="(in_\w)"[\s\S]*?selected>(\w+)[\s\S]*?>([^<>]*)<\/textarea>/g)];
    assert.deepEqual(
      typed.map(([, name, type, value]) => [name, type, value]),
      [
        ['in_N', 'NUMBER', '3'],
        ['in_B', 'BOOLEAN', 'sí'],
        ['in_S', 'STRING', 'hola'],
        ['in_L', 'LIST', 'a\nb'],
        ['in_D', 'DICTIONARY', 'k=v'],
      ],
    );
  });

  test('left out altogether are none of its own', async (t) => {
    const { house, column } = open(t);
    await post(house, [['', 'STRING', '']]);
    assert.deepEqual(column('SELECT parametros FROM robots WHERE robot_id = 4711'), [null]);
  });
});
