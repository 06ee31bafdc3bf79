import type { Holding } from '#server/gateways/origen/origen.ts';

/**
 * Who a recurso belongs to, by what the source says now. `ours`: TExp = 1 in our name and not finished by anybody;
 * `free`: could be claimed; `other`: somebody has it, or finished it; `gone`: the source no longer has it.
 */
export type Holder = 'ours' | 'free' | 'other' | 'gone';

/** XVIA.md 0.7: a claim by SQL is verified by TExp = 1 and the trimmed UsuarioAsignado. Pure. */
export const holderOf = (holding: Pick<Holding, 'texp' | 'estado' | 'usuario'> | undefined, user: string): Holder => {
  if (!holding) return 'gone';
  if (holding.texp === 1) return holding.usuario === user.trim() && holding.estado !== 2 ? 'ours' : 'other';
  return holding.estado === 0 ? 'free' : 'other';
};
