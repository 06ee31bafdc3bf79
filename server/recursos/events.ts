/**
 * The events of a recurso (`events.kind` where entity = 'recurso', entity_id = idRecurso) and the facts each one
 * carries, in `data`. historial/sentences.ts tells them in Spanish.
 *
 * | kind | data |
 * |---|---|
 * | claimed | siteId, expediente, texp and usuario as they were; `normalised` true when blanks were trimmed off the expediente; `recovered` true when a crash stood between |
 * | lost | siteId, holder ('free', 'other', 'gone', 'ours'): the claim did not come about; not told when the claim failed and it is still free |
 * | foreign | siteId, usuario: claimed, and then somebody else's |
 * | release_ordered | siteId, tramiteId |
 * | released | siteId, texp, usuario: given back as it was |
 * | adopted | siteId: found ours at the source and unknown here, queued by a person |
 */
export const recursoEventKinds = ['claimed', 'lost', 'foreign', 'release_ordered', 'released', 'adopted'] as const;
export type RecursoEventKind = (typeof recursoEventKinds)[number];
