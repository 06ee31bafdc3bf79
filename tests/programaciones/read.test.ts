import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calendarOf, columnsOf } from '#server/programaciones/fields.ts';
import { type CalendarRow, readCalendar } from '#server/programaciones/read.ts';
import { describe } from '#server/programaciones/rules.ts';
import { calendarsAround } from './calendars.ts';

const base: CalendarRow = {
  ...{ tipoProgramacion: 'Diaria', horaInicio: '08:00', horaFin: null, diasSemana: null, diaDelMes: null, diaInicioMes: null },
  ...{ diaFinMes: null, ultimosDiasMes: null, fechaEspecifica: null, tolerancia: 60, esCiclico: 0, intervaloEntreEjecuciones: null },
  ...{ fechaInicioVentana: null, fechaFinVentana: null },
};
const told = (row: Partial<CalendarRow>): string => {
  const read = readCalendar({ ...base, ...row });
  return read.ok ? describe(read.calendar) : `no válida: ${read.problems.join(' ')}`;
};

for (const [row, words] of [
  [{}, 'Todos los días a las 08:00, hasta 60 min tarde'],
  [{ horaInicio: '8:05', tolerancia: null }, 'Todos los días a las 08:05, hasta 60 min tarde'],
  [{ horaInicio: '23:50:00', tolerancia: 0 }, 'Todos los días a las 23:50, hasta 1 min tarde'],
  [{ tipoProgramacion: 'SEMANAL', diasSemana: ' lu, MI ,sá' }, 'Lunes, miércoles y sábado a las 08:00, hasta 60 min tarde'],
  [{ tipoProgramacion: 'semanal', diasSemana: 'Domingo;lunes' }, 'Lunes y domingo a las 08:00, hasta 60 min tarde'],
  [{ tipoProgramacion: 'Mensual', diaDelMes: 31 }, 'El día 31 de cada mes a las 08:00, hasta 60 min tarde'],
  [{ tipoProgramacion: 'rango mensual', diaInicioMes: 1, diaFinMes: 5 }, 'Del día 1 al 5 de cada mes a las 08:00, hasta 60 min tarde'],
  [{ tipoProgramacion: 'RangoMensual', ultimosDiasMes: 1 }, 'El último día de cada mes a las 08:00, hasta 60 min tarde'],
  [{ tipoProgramacion: 'Específica', fechaEspecifica: '2026-12-24' }, 'El 24/12/2026 a las 08:00, hasta 60 min tarde'],
  [{ esCiclico: 1, horaFin: '18:00' }, 'Todos los días sin parar de 08:00 a 18:00'],
  [
    { esCiclico: 1, intervaloEntreEjecuciones: 15 },
    'Todos los días sin parar desde las 08:00 hasta el final del día, con 15 min entre una y otra',
  ],
  [{ esCiclico: 1, horaFin: '06:00', tolerancia: 'da igual' }, 'Todos los días sin parar de 08:00 a 06:00 del día siguiente'],
  [
    { fechaInicioVentana: '2027-01-01', fechaFinVentana: '2027-01-31' },
    'Todos los días a las 08:00, hasta 60 min tarde; desde el 01/01/2027 hasta el 31/01/2027',
  ],
  [{ horaFin: '08:10' }, 'Todos los días a las 08:00, hasta 60 min tarde'],
] as const satisfies readonly (readonly [Partial<CalendarRow>, string])[])
  test(`reads «${words}»`, () => assert.equal(told(row), words));

for (const [row, reason] of [
  [{ tipoProgramacion: 'Quincenal' }, /ningún tipo de programación «Quincenal»/],
  [{ horaInicio: '' }, /Falta la hora de inicio/],
  [{ horaInicio: '24:00' }, /es «24:00»/],
  [{ tolerancia: -1 }, /entre 0 y 1440, y es «-1»/],
  [{ tipoProgramacion: 'Semanal', diasSemana: 'Lu,Xx' }, /«Xx» no es ningún día/],
  [{ tipoProgramacion: 'Mensual', diaDelMes: 32 }, /entre 1 y 31/],
  [{ tipoProgramacion: 'Especifica', fechaEspecifica: '2026-02-30' }, /es «2026-02-30»/],
  [{ esCiclico: 2 }, /0 o 1/],
  [{ esCiclico: 1, tipoProgramacion: 'Especifica', fechaEspecifica: '2026-12-24' }, /no puede ser cíclica/],
] as const)
  test(`tells why it cannot read ${JSON.stringify(row)}`, () => assert.match(told(row), reason));

test('never throws, whatever stands in the row', () => {
  fc.assert(
    fc.property(fc.record(Object.fromEntries(Object.keys(base).map((column) => [column, fc.anything()]))), (row) => {
      assert.ok(typeof readCalendar(row as CalendarRow).ok === 'boolean');
    }),
  );
});

test('what is stored of a calendar reads as the same calendar', () => {
  fc.assert(
    fc.property(calendarsAround('2026-01-01', '2026-12-31'), (calendar) => {
      fc.pre(calendar.from === null || calendar.until === null || calendar.from <= calendar.until);
      fc.pre(!(calendar.cyclic && calendar.pattern.type === 'Especifica'));
      const read = calendarOf(columnsOf(calendar, calendar.cyclic ? '' : String(calendar.tolerance)));
      assert.deepEqual(read, { ok: true, calendar: JSON.parse(JSON.stringify(calendar)) });
    }),
  );
});
