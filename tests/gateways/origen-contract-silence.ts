import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Origen } from '#server/gateways/origen/origen.ts';
import { discovered, type Harness, held, isOrigenError, recurso, type Stage, stager, us, xaloc } from './origen-stage.ts';

/** See origen-contract.ts. */
export const silence = (harness: Harness): void => {
  const staged = stager(harness);
  describe(`${harness.name}: a source that does not answer`, () => {
    test('a slow source is waited for, without holding up anything else', () =>
      staged({ RecursosExp: [recurso(1)] }, async ({ origen, hold }) => {
        const letGo = await hold();
        let turns = 0;
        const claiming = origen.claim(['1'], xaloc, us);
        const waiting = claiming.then(() => 'claimed' as const);
        while (turns < 5) {
          turns += 1;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await letGo();
        assert.equal(await waiting, 'claimed');
        assert.equal((await origen.read(['1'])).get('1')?.usuario, us);
      }));

    test('a source held for too long is an error worth trying again, and nothing was claimed', () =>
      staged(
        { RecursosExp: [recurso(1)] },
        async ({ origen, hold }) => {
          const letGo = await hold();
          await assert.rejects(origen.claim(['1'], xaloc, us), (error) => isOrigenError(error) && error.transient);
          await letGo();
          assert.deepEqual(await discovered(origen), ['1']);
        },
        { patienceMs: 30 },
      ));

    describe('that cannot be reached', () => {
      let stage: Stage;
      let origen: Origen;
      before(async () => {
        stage = await harness.stage({ RecursosExp: [recurso(1)] });
        origen = await stage.unreachable();
      });
      after(async () => {
        await origen.close();
        await stage.close();
      });
      const verbs: Record<string, (origen: Origen) => Promise<unknown>> = {
        discover: (o) => discovered(o),
        rows: (o) => o.rows(['1']),
        claim: (o) => o.claim(['1'], xaloc, us),
        read: (o) => o.read(['1']),
        release: (o) => o.release({ id: '1', texp: 2, estado: 0, usuario: null }, us),
        heldBy: (o) => held(o),
        attachments: (o) => o.attachments(['1']),
        check: (o) => o.check(),
      };
      for (const [name, ask] of Object.entries(verbs))
        test(`${name} fails with a sentence and never answers "nothing"`, () => assert.rejects(ask(origen), isOrigenError));
    });

    test('a source that answers says so', () => staged({ RecursosExp: [] }, ({ origen }) => origen.check()));
  });
};
